/** `<winnow-trace-browser>`: the list of traces beside the one that is open, with filters and keys to step through. */

import { css, html, LitElement, nothing } from 'lit';
import type { Trace } from '../../rationale/trace';
import type { StudySnapshot } from '../../study/snapshot';
import type { TraceFilter, TraceRow } from '../../worker/protocol';
import { formatAddress } from '../address';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './trace-filters';
import './trace-list';
import './trace-view';

/** Milliseconds between two reads of the list while a study writes traces. */
const REFRESH_EVERY_MS = 2500;

class TraceBrowserElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    problemId: { attribute: false },
    filter: { state: true },
    rows: { state: true },
    trace: { state: true },
    message: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      .columns {
        display: grid;
        gap: var(--gap);
        align-items: start;
      }
      .columns > * {
        min-width: 0;
      }
      .hint {
        padding: 3rem 1rem;
        text-align: center;
        color: var(--ink-soft);
      }
      kbd {
        padding: 0.05em 0.45em;
        border: 1px solid var(--line-strong);
        border-radius: 5px;
        font: inherit;
        font-size: 0.85em;
      }
      @media (max-width: 63.99rem) {
        .open .list,
        .hint {
          display: none;
        }
      }
      @media (min-width: 64rem) {
        .columns {
          grid-template-columns: minmax(20rem, 1fr) minmax(0, 1.9fr);
        }
        .list {
          position: sticky;
          top: 0.75rem;
        }
      }
    `,
  ];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  declare problemId: string | null;
  declare filter: TraceFilter;
  declare rows: readonly TraceRow[] | null;
  declare trace: Trace | null;
  declare message: string;
  #reading = false;
  #listKey = '';
  #listReadAt = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #onKey = (event: KeyboardEvent) => this.#step(event);

  constructor() {
    super();
    this.problemId = null;
    this.filter = {};
    this.rows = null;
    this.trace = null;
    this.message = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKey);
    clearTimeout(this.#later);
  }

  override render() {
    const position = this.rows?.findIndex((row) => row.problemId === this.problemId) ?? -1;
    return html`<div class="columns ${this.problemId === null ? '' : 'open'}">
      <div class="list">
        <winnow-trace-filters
          .filter=${this.filter}
          .found=${this.rows?.length ?? null}
          @winnow-filter=${(event: CustomEvent<TraceFilter>) => (this.filter = event.detail)}
        ></winnow-trace-filters>
        <winnow-trace-list
          .studyId=${this.snapshot.studyId}
          .rows=${this.rows}
          .current=${this.problemId}
        ></winnow-trace-list>
      </div>
      <div>
        ${this.message ? html`<p class="panel" role="alert">${this.message}</p>` : nothing}
        ${
          this.trace && this.trace.problemId === this.problemId
            ? html`<winnow-trace-view
                .trace=${this.trace}
                .position=${position}
                .count=${this.rows?.length ?? 0}
                .previous=${this.#neighbour(-1)}
                .next=${this.#neighbour(1)}
              ></winnow-trace-view>`
            : this.problemId === null
              ? html`<p class="panel hint">
                  Choose a problem to see what the teacher wrote and what became of every step.
                  <kbd>J</kbd> and <kbd>K</kbd> step through them.
                </p>`
              : nothing
        }
      </div>
    </div>`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('problemId')) void this.#readTrace();
    const { studyId, stages } = this.snapshot;
    const written = `${stages.rationale.done}/${stages.feedback.done}/${stages.feedback.state}`;
    const key = `${studyId} ${JSON.stringify(this.filter)} ${written}`;
    if (key === this.#listKey) return;
    const wait =
      changed.has('filter') || this.#listKey === ''
        ? 0
        : Math.max(0, this.#listReadAt + REFRESH_EVERY_MS - Date.now());
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#readList(key), wait);
  }

  async #readList(key: string): Promise<void> {
    if (this.#reading) {
      this.#later = setTimeout(() => void this.#readList(key), 100);
      return;
    }
    this.#reading = true;
    this.#listKey = key;
    this.#listReadAt = Date.now();
    try {
      this.rows = await this.service.client.request('listTraces', {
        studyId: this.snapshot.studyId,
        filter: this.filter,
      });
      this.message = '';
      // What is open may have been judged since it was read.
      if (this.trace && this.trace.judged.length === 0) await this.#readTrace();
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.#reading = false;
    }
  }

  async #readTrace(): Promise<void> {
    const { problemId } = this;
    if (problemId === null) {
      this.trace = null;
      return;
    }
    try {
      const { studyId } = this.snapshot;
      const trace = await this.service.client.request('readTrace', { studyId, problemId });
      if (problemId !== this.problemId) return;
      this.trace = trace;
      this.message = trace
        ? ''
        : 'The teacher has written nothing for this problem, or it belongs to another study.';
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  /** The address of the trace before or after the open one; the first where none is open. */
  #neighbour(offset: -1 | 1): string | null {
    const rows = this.rows ?? [];
    const index = rows.findIndex((row) => row.problemId === this.problemId);
    const neighbour = index === -1 ? (offset === 1 ? rows[0] : undefined) : rows[index + offset];
    if (!neighbour) return null;
    const { studyId } = this.snapshot;
    return formatAddress({ kind: 'trace', studyId, problemId: neighbour.problemId });
  }

  #step(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const key = event.key.toLowerCase();
    if (key !== 'j' && key !== 'k') return;
    const address = this.#neighbour(key === 'j' ? 1 : -1);
    if (!address) return;
    event.preventDefault();
    // Stepping through hundreds of traces should not fill the history with them.
    window.location.replace(address);
  }
}

customElements.define('winnow-trace-browser', TraceBrowserElement);
