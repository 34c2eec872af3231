/** `<winnow-trace-list>`: thousands of traces as rows of one height, of which only those in sight exist. */

import { css, html, LitElement, nothing } from 'lit';
import type { Verdict } from '../../rationale/trace';
import { ALL_TRACES, type TraceRow, type TraceSelection } from '../../rationale/trace-listing';
import { formatAddress } from '../address';
import { icon, verdictIcon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { REASON_WORDING, VERDICT_WORDING } from '../wording';

/** CSS pixels; the windowing needs every row to have exactly this height. */
const ROW_HEIGHT = 88;
const VERDICTS = ['kept', 'repaired', 'rejected'] as const satisfies readonly Verdict[];
/** Rows rendered beyond each edge, so that scrolling shows no gaps. */
const MARGIN_ROWS = 8;

class TraceListElement extends LitElement {
  static override properties = {
    studyId: { attribute: false },
    rows: { attribute: false },
    list: { attribute: false },
    current: { attribute: false },
    first: { state: true },
    visible: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      .frame {
        height: min(calc(100vh - 2rem), 60rem);
        min-height: 24rem;
        padding: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      a {
        display: grid;
        align-content: center;
        gap: 0.25rem;
        height: ${ROW_HEIGHT}px;
        padding: 0.35rem 0.9rem;
        border-bottom: 1px solid var(--line);
        border-left: 4px solid transparent;
        color: var(--ink);
        text-decoration: none;
        contain: strict;
      }
      a:hover {
        background: var(--sunken);
      }
      a:focus-visible {
        outline-offset: -3px;
      }
      a[aria-current] {
        border-left-color: var(--accent);
        background: var(--accent-soft);
      }
      .question {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        line-clamp: 2;
        overflow: hidden;
        font-size: 0.92rem;
        line-height: 1.35;
      }
      .facts {
        display: flex;
        gap: 0.3rem 0.65rem;
        align-items: center;
        overflow: hidden;
        font-size: 0.78rem;
        white-space: nowrap;
        color: var(--ink-soft);
      }
      .facts > span {
        display: inline-flex;
        align-items: center;
        gap: 0.2rem;
      }
      .facts .icon {
        width: 13px;
        height: 13px;
      }
      .kept,
      .right {
        color: var(--kept);
      }
      .rejected,
      .wrong {
        color: var(--rejected);
      }
      .repaired {
        color: var(--repaired);
      }
      .facts > .rest {
        display: block;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .empty {
        padding: 2rem 1rem;
        text-align: center;
        color: var(--ink-soft);
      }
    `,
  ];

  declare studyId: string;
  declare rows: readonly TraceRow[] | null;
  /** What is listed, for the addresses of the problems. */
  declare list: TraceSelection;
  declare current: string | null;
  declare first: number;
  declare visible: number;
  #frame: HTMLElement | null = null;
  readonly #resize = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.list = ALL_TRACES;
    this.rows = null;
    this.current = null;
    this.first = 0;
    this.visible = 12;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#frame = null;
  }

  override render() {
    const rows = this.rows ?? [];
    const from = Math.max(0, Math.min(this.first, rows.length - 1) - MARGIN_ROWS);
    const to = Math.min(rows.length, this.first + this.visible + MARGIN_ROWS);
    return html`<div class="panel frame" @scroll=${this.#measure}>
      ${
        this.rows?.length === 0
          ? html`<p class="empty">No problem fits these filters.</p>`
          : html`<div role="list" aria-label="Problems">
              <div role="presentation" .style=${`height: ${from * ROW_HEIGHT}px`}></div>
              ${rows.slice(from, to).map((row, offset) => this.#renderRow(row, from + offset, rows))}
              <div
                role="presentation"
                .style=${`height: ${(rows.length - to) * ROW_HEIGHT}px`}
              ></div>
            </div>`
      }
    </div>`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.frame');
    if (frame && frame !== this.#frame) {
      this.#frame = frame;
      this.#resize.observe(frame);
    }
    if (changed.has('current') || (changed.has('rows') && !changed.get('rows'))) this.#reveal();
  }

  #renderRow(row: TraceRow, index: number, rows: readonly TraceRow[]) {
    const judged = row.kept + row.rejected + row.repaired > 0;
    return html`<div role="listitem" aria-setsize=${rows.length} aria-posinset=${index + 1}>
      <a
        href=${formatAddress({ kind: 'trace', studyId: this.studyId, problemId: row.problemId, list: this.list })}
        aria-current=${row.problemId === this.current ? 'true' : nothing}
      >
        <span class="question">${row.question}</span>
        <span class="facts">
          <span class=${row.greedyRight ? 'right' : 'wrong'}
            >${icon(row.greedyRight ? 'check' : 'cross')} Teacher
            ${row.greedyRight ? 'right' : 'wrong'}</span
          >
          <span>${row.difficulty} ${row.difficulty === 1 ? 'step' : 'steps'}</span>
          ${
            judged
              ? VERDICTS.map((verdict) => renderVerdict(verdict, row[verdict]))
              : html`<span>not judged yet</span>`
          }
          <span class="rest">${remarks(row).join(', ')}</span>
        </span>
      </a>
    </div>`;
  }

  #measure(): void {
    const frame = this.#frame;
    if (!frame) return;
    this.first = Math.floor(frame.scrollTop / ROW_HEIGHT);
    this.visible = Math.ceil(frame.clientHeight / ROW_HEIGHT);
  }

  /** Scrolls the open trace's row into sight. */
  #reveal(): void {
    const frame = this.#frame;
    const index = this.rows?.findIndex((row) => row.problemId === this.current) ?? -1;
    if (!frame || index === -1) return;
    const top = index * ROW_HEIGHT;
    if (top >= frame.scrollTop && top + ROW_HEIGHT <= frame.scrollTop + frame.clientHeight) return;
    frame.scrollTop = top - frame.clientHeight / 2 + ROW_HEIGHT / 2;
  }
}

/** What may be cut off where there is no room: who failed, and for which reasons steps did. */
function remarks({ failedRuns, loop, reasons }: TraceRow): string[] {
  const failed = failedRuns.length;
  return [
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'student' : 'students'} wrong`]),
    ...(loop.includes('changed') ? ['changed between rounds'] : []),
    ...reasons.map((reason) => REASON_WORDING[reason].label.toLowerCase()),
  ];
}

/** `3 kept` as a mark and a number; nothing where there is none. */
function renderVerdict(verdict: Verdict, count: number) {
  if (count === 0) return nothing;
  const word = VERDICT_WORDING[verdict].label.toLowerCase();
  return html`<span class=${verdict} title="Steps ${word}"
    >${verdictIcon(verdict)} ${count}<span class="visually-hidden"> ${word}</span></span
  >`;
}

customElements.define('winnow-trace-list', TraceListElement);
