/** `<winnow-save-report>`: saves the report of a study as one HTML file that needs nothing else. */

import { html, LitElement } from 'lit';
import type { StudySnapshot } from '../../study/snapshot';
import { icon } from '../icons';
import { fileName } from '../../study/file-name';
import { saveFile } from '../save-file';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class SaveReportElement extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    message: { state: true },
  };

  static override styles = [base, controls];

  declare snapshot: StudySnapshot;
  declare message: string;

  constructor() {
    super();
    this.message = '';
  }

  override render() {
    return html`<button @click=${() => void this.#save()}>${icon('save')} Save report</button>
      <span class="small" role="status">${this.message}</span>`;
  }

  async #save(): Promise<void> {
    try {
      const { reportDocument } = await import('../report/report-document');
      const file = new Blob([reportDocument(this.snapshot)], { type: 'text/html' });
      saveFile(file, `winnow-${fileName(this.snapshot.name)}.html`);
      this.message = '';
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }
}

customElements.define('winnow-save-report', SaveReportElement);
