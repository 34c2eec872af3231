/** `<winnow-problem-files>`: takes GSM8K JSONL files by picker or drop and says what a study on them would use. */

import { css, html, LitElement, nothing } from 'lit';
import type { ProblemFile } from '../../data/file-layout';
import { formatCount } from '../format';
import { icon } from '../icons';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

export interface InspectedFiles {
  readonly files: readonly ProblemFile[];
  readonly problems: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly message: string;
}

/** Most files at once: GSM8K has two, and a dropped folder must not be read whole by mistake. */
const MOST_FILES = 8;
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
        margin-top: 0.6rem;
      }
      .found li {
        padding-left: 1rem;
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
    if (files.length > 0) void this.#inspect(files);
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
          Own problems: drop the GSM8K files <code>train.jsonl</code> and
          <code>test.jsonl</code> here, or any files of that form. They stay in this browser.
        </p>
        <button ?disabled=${this.reading} @click=${this.#pick}>${icon('file')} Choose files</button>
        <input type="file" accept=".jsonl,.json,.txt" multiple hidden @change=${this.#picked} />
      </div>
      <div role="status">
        ${this.reading ? html`<p class="found small">Reading the files</p>` : nothing}
        ${this.message ? html`<p class="found small error">${this.message}</p>` : nothing}
        ${this.inspected ? this.#renderInspected(this.inspected) : nothing}
      </div>
    `;
  }

  #renderInspected(inspected: InspectedFiles) {
    const dropped = Object.entries(inspected.dropped).filter(([, count]) => count > 0);
    return html`<div class="found small">
      <p>
        <strong>${formatCount(inspected.problems)} problems</strong> in
        ${inspected.files.map((file) => file.name).join(', ')}. ${inspected.message}
        <button class="quiet" @click=${() => this.#settle(null)}>Do not use them</button>
      </p>
      ${
        dropped.length === 0
          ? html`<p class="soft">None had to be dropped.</p>`
          : html`<p class="soft">Dropped:</p>
              <ul class="soft">
                ${dropped.map(([reason, count]) => html`<li>${formatCount(count)}: ${reason}</li>`)}
              </ul>`
      }
    </div>`;
  }

  #pick(): void {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  }

  #picked(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    if (files.length > 0) void this.#inspect(files);
  }

  async #inspect(picked: readonly File[]): Promise<void> {
    this.#settle(null);
    this.reading = true;
    try {
      checkSizes(picked);
      const files = await Promise.all(
        picked.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
      const result = await this.service.client.request('inspectFiles', { files });
      if (result.problems === 0) throw new Error(result.message || 'No problem was found in them.');
      this.#settle({ files, ...result });
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.reading = false;
    }
  }

  #settle(inspected: InspectedFiles | null): void {
    this.inspected = inspected;
    this.message = '';
    this.dispatchEvent(new CustomEvent('winnow-files', { detail: inspected }));
  }
}

function checkSizes(files: readonly File[]): void {
  if (files.length > MOST_FILES) {
    throw new Error(
      `Expected at most ${MOST_FILES} files, found ${files.length}; choose the problem files only.`,
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
