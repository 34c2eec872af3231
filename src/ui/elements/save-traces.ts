/** `<winnow-save-traces>`: saves the traces that the filters leave, one JSON object a line. */

import { css, html, LitElement } from 'lit';
import type { TraceQuery } from '../../storage/trace-listing';
import type { TraceLayout } from '../../study/export/trace-lines';
import { icon } from '../icons';
import { fileName } from '../../study/file-name';
import { saveFile } from '../save-file';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class SaveTracesElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    query: { attribute: false },
    study: { attribute: false },
    count: { attribute: false },
    busy: { state: true },
    message: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-block;
      }
      button {
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        font-size: var(--text-small);
      }
    `,
  ];

  declare service: StudyService;
  declare query: TraceQuery;
  /** The study's name, for the file's. */
  declare study: string;
  declare count: number;
  declare busy: boolean;
  declare message: string;

  constructor() {
    super();
    this.count = 0;
    this.busy = false;
    this.message = '';
  }

  override render() {
    return html`<span class="small" role="status">${this.message}</span>
      <button
        type="button"
        class="quiet"
        title="Saves these problems with all attempts and verdicts, one JSON object a line"
        ?disabled=${this.busy || this.count === 0}
        @click=${() => void this.#save('full')}
      >
        ${icon('save')} Save as JSONL
      </button>
      <button
        type="button"
        class="quiet"
        title="The same problems in plain columns with one attempt each, which datasets and pandas read as they are"
        ?disabled=${this.busy || this.count === 0}
        @click=${() => void this.#save('flat')}
      >
        ${icon('save')} Save as columns
      </button>`;
  }

  async #save(layout: TraceLayout): Promise<void> {
    this.busy = true;
    try {
      const lines = await this.service.client.request('exportTraces', { ...this.query, layout });
      const kind = layout === 'flat' ? 'traces-flat' : 'traces';
      saveFile(lines, `winnow-${fileName(this.study)}-${kind}.jsonl`);
      this.message = '';
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('winnow-save-traces', SaveTracesElement);
