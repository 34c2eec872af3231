/** `<winnow-export-student>`: takes a trained student away, in the format that its next user reads. */

import { css, html, LitElement, nothing } from 'lit';
import { EXPORT_FORMATS, type ExportFormat } from '../../study/export/exported-file';
import type { StudySnapshot } from '../../study/snapshot';
import { formatBytes } from '../format';
import { icon } from '../icons';
import { saveFile } from '../save-file';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';

const FORMATS: Readonly<Record<ExportFormat, { readonly label: string; readonly use: string }>> = {
  'hugging-face-f32': {
    label: 'Hugging Face folder, 32 bit',
    use: 'For Python: weights exactly as trained, tokenizer, a model card, and the recipe to train on elsewhere. As a zip archive.',
  },
  'hugging-face-f16': {
    label: 'Hugging Face folder, 16 bit',
    use: 'The same in half the size, every weight rounded once. Compute with it in 32 bit: T5 overflows in 16.',
  },
  'gguf-f16': {
    label: 'GGUF, 16 bit',
    use: 'One file for llama.cpp and its relatives, tokenizer included.',
  },
  'gguf-q8_0': {
    label: 'GGUF, 8 bit',
    use: 'A quarter of the size; hardly any answer changes. This page reads it as a model of your own.',
  },
  'gguf-q4_0': {
    label: 'GGUF, 4 bit',
    use: 'An eighth of the size; a model this small loses some of its answers.',
  },
};

class ExportStudentElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    runId: { state: true },
    format: { state: true },
    busy: { state: true },
    message: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-end;
        gap: 0.75rem 1rem;
      }
      label {
        display: grid;
        gap: 0.25rem;
        min-width: 0;
      }
      select {
        max-width: 100%;
      }
      p {
        margin: 0.6rem 0 0;
      }
    `,
  ];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  declare runId: string;
  declare format: ExportFormat;
  declare busy: boolean;
  declare message: string;

  constructor() {
    super();
    this.runId = '';
    this.format = 'hugging-face-f32';
    this.busy = false;
    this.message = '';
  }

  /** The run to export: the chosen one, or else that of the last method, which is the whole feedback. */
  get #run() {
    return this.#trained.find(({ runId }) => runId === this.runId) ?? this.#trained.at(-1);
  }

  /** A run without examples is done and has no student of its own. */
  get #trained() {
    return this.snapshot.runs.filter(
      ({ state, bestUpdate }) => state === 'done' && bestUpdate !== null,
    );
  }

  override render() {
    const run = this.#run;
    if (run === undefined) return nothing;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Take the student with you</h2>
      <form @submit=${(event: Event) => void this.#export(event, run.runId)}>
        <label>
          <span class="small soft">Trained by</span>
          <select @change=${this.#chooseRun}>
            ${this.#trained.map(
              ({ runId, method }) =>
                html`<option value=${runId} ?selected=${runId === run.runId}>
                  ${METHOD_WORDING[method].label}
                </option>`,
            )}
          </select>
        </label>
        <label>
          <span class="small soft">Format</span>
          <select @change=${this.#chooseFormat} aria-describedby="use">
            ${EXPORT_FORMATS.map(
              (format) =>
                html`<option value=${format} ?selected=${format === this.format}>
                  ${FORMATS[format].label}
                </option>`,
            )}
          </select>
        </label>
        <button ?disabled=${this.busy || this.service.isRunning}>
          ${icon('save')} ${this.busy ? 'Preparing' : 'Export'}
        </button>
      </form>
      <p id="use" class="small soft">${FORMATS[this.format].use}</p>
      <p class="small" role="status" ?hidden=${this.message === ''}>${this.message}</p>
    </section>`;
  }

  #chooseRun(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.runId = event.target.value;
  }

  #chooseFormat(event: Event): void {
    const { target } = event;
    if (!(target instanceof HTMLSelectElement)) return;
    this.format = EXPORT_FORMATS.find((format) => format === target.value) ?? this.format;
  }

  async #export(event: Event, runId: string): Promise<void> {
    event.preventDefault();
    this.busy = true;
    this.message = '';
    try {
      const { studyId } = this.snapshot;
      const { name, content } = await this.service.exportStudent(studyId, runId, this.format);
      saveFile(content, name);
      this.message = `${name}, ${formatBytes(content.size)}, goes to your downloads.`;
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('winnow-export-student', ExportStudentElement);
