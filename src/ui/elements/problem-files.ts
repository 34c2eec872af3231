/** `<winnow-problem-files>`: takes problem files by picker or drop, and shows how they are read and what is in them. */

import { css, html, LitElement, nothing } from 'lit';
import type { FileInspection } from '../../data/file-inspection';
import type { ProblemFile, RequestedLayout } from '../../data/file-layout';
import { MAXIMUM_FILES } from '../../data/file-limits';
import { icon } from '../icons';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './file-layout';
import './problem-preview';

export interface InspectedFiles {
  /** With the layouts they were inspected by. */
  readonly files: readonly ProblemFile[];
  readonly inspection: FileInspection;
  /** True while they are read by another layout: then the inspection is that of the one before. */
  readonly isOutdated: boolean;
}

/** Largest file read, in bytes: GSM8K's train file has 4 MB, and the text is held in memory twice. */
const LARGEST_FILE_BYTES = 100_000_000;

class ProblemFilesElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    inspected: { state: true },
    message: { state: true },
    reading: { state: true },
    over: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      .drop {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.9rem;
        padding: 0.8rem;
        border: 1.5px dashed var(--line-strong);
        border-radius: var(--radius-small);
      }
      .drop.over {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      .drop p {
        flex: 1 1 14rem;
      }
      .found {
        margin-top: 0.75rem;
      }
      .inspected {
        display: grid;
        gap: 0.9rem;
      }
      .summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 0.75rem;
      }
      .summary p {
        flex: 1 1 12rem;
      }
      .error {
        color: var(--rejected);
      }
    `,
  ];

  declare service: StudyService;
  declare inspected: InspectedFiles | null;
  declare message: string;
  declare reading: boolean;
  declare over: boolean;
  /** Counts attempts, so that files dropped while others are read take their place. */
  #attempts = 0;
  readonly #dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.over = true;
  };
  readonly #dragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.over = false;
  };
  readonly #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.over = false;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) void this.#read(files);
  };

  constructor() {
    super();
    this.inspected = null;
    this.message = '';
    this.reading = false;
    this.over = false;
  }

  // Files dropped beside the frame would otherwise replace the page.
  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('dragover', this.#dragOver);
    window.addEventListener('dragleave', this.#dragLeave);
    window.addEventListener('drop', this.#drop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('dragover', this.#dragOver);
    window.removeEventListener('dragleave', this.#dragLeave);
    window.removeEventListener('drop', this.#drop);
  }

  override render() {
    return html`
      <div class="drop ${this.over ? 'over' : ''}">
        <p class="small soft">
          Own problems: drop CSV or JSON Lines files here, with a question and an answer in each
          row, or GSM8K’s <code>train.jsonl</code> and <code>test.jsonl</code>. They stay in this
          browser.
        </p>
        <button ?disabled=${this.reading} @click=${this.#pick}>${icon('file')} Choose files</button>
        <input
          type="file"
          accept=".jsonl,.ndjson,.json,.csv,.tsv,.tab,.txt"
          multiple
          hidden
          @change=${this.#picked}
        />
      </div>
      <div role="status">
        ${this.reading ? html`<p class="found small">Reading the files</p>` : nothing}
        ${this.message ? html`<p class="found small error">${this.message}</p>` : nothing}
        ${this.inspected ? this.#renderSummary(this.inspected.inspection) : nothing}
      </div>
      ${this.inspected ? this.#renderInspected(this.inspected) : nothing}
    `;
  }

  #renderSummary({ obstacle, summary }: FileInspection) {
    return html`<div class="found small summary">
      <p class=${obstacle === '' ? '' : 'error'}>${obstacle === '' ? summary : obstacle}</p>
      <button class="quiet" ?disabled=${this.reading} @click=${() => this.#settle(null)}>
        Do not use them
      </button>
    </div>`;
  }

  #renderInspected({ inspection }: InspectedFiles) {
    return html`<div class="found inspected">
      ${inspection.files.map(
        (file, index) =>
          html`<winnow-file-layout
            .file=${file}
            @winnow-layout=${(event: CustomEvent<RequestedLayout>) =>
              void this.#change(index, event.detail)}
          ></winnow-file-layout>`,
      )}
      <winnow-problem-preview .inspection=${inspection}></winnow-problem-preview>
    </div>`;
  }

  #pick(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    if (files.length > 0) void this.#read(files);
  }

  async #read(picked: readonly File[]): Promise<void> {
    this.#settle(null);
    await this.#attempt(async () => {
      checkSizes(picked);
      return Promise.all(
        picked.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
    });
  }

  /** Reads one of the files by another layout; the one before stays where that cannot be done. */
  async #change(index: number, layout: RequestedLayout): Promise<void> {
    const before = this.inspected;
    if (before === null) return;
    const files = before.files.map((file, at) => (at === index ? { ...file, layout } : file));
    // The next choice, which may come before the answer, builds on this one.
    const shown = before.inspection.files.map((file, at) =>
      at === index
        ? { ...file, layout: { ...layout, columns: layout.columns ?? file.layout.columns } }
        : file,
    );
    const inspection = { ...before.inspection, files: shown };
    this.#settle({ files, inspection, isOutdated: true });
    if (!(await this.#attempt(async () => files))) {
      const { message } = this;
      this.#settle({ ...before, isOutdated: false });
      this.message = message;
    }
  }

  /** @returns false when it failed, and no later attempt took its place */
  async #attempt(open: () => Promise<readonly ProblemFile[]>): Promise<boolean> {
    const attempt = ++this.#attempts;
    this.reading = true;
    try {
      const files = await open();
      const inspection = await this.service.client.request('inspectFiles', { files });
      if (attempt !== this.#attempts) return true;
      this.#settle({
        files: files.map(({ name, text }, index) => {
          const layout = inspection.files[index]?.layout;
          return layout === undefined ? { name, text } : { name, text, layout };
        }),
        inspection,
        isOutdated: false,
      });
      return true;
    } catch (error) {
      if (attempt !== this.#attempts) return true;
      this.message = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      if (attempt === this.#attempts) this.reading = false;
    }
  }

  #settle(inspected: InspectedFiles | null): void {
    this.inspected = inspected;
    this.message = '';
    this.dispatchEvent(new CustomEvent('winnow-files', { detail: inspected }));
  }
}

function checkSizes(files: readonly File[]): void {
  if (files.length > MAXIMUM_FILES) {
    throw new Error(
      `Expected at most ${MAXIMUM_FILES} files, found ${files.length}; choose the problem files only.`,
    );
  }
  const large = files.find((file) => file.size > LARGEST_FILE_BYTES);
  if (large) {
    throw new Error(
      `Expected a file of at most ${LARGEST_FILE_BYTES / 1e6} MB, found ${large.name} with ${Math.round(large.size / 1e6)} MB; cut it into smaller files.`,
    );
  }
}

customElements.define('winnow-problem-files', ProblemFilesElement);
