/** `<winnow-trace-browser>`: the list of traces beside the one that is open, with filters and keys to step through. */

import { html, LitElement, nothing } from 'lit';
import type { HandVerdict } from '../../rationale/taught';
import type { Trace } from '../../rationale/trace';
import {
  ALL_TRACES,
  type TraceFilter,
  type TraceListing,
  type TraceOrder,
  type TraceRow,
  type TraceSelection,
} from '../../rationale/trace-listing';
import type { StudentAnswers, TraceQuery } from '../../storage/trace-listing';
import type { StudySnapshot } from '../../study/snapshot';
import { formatAddress, type StepPlace } from '../address';
import { nextRejectedRow, nextRejectedStep } from '../rejected-steps';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { traceBrowser } from '../styles/trace-browser';
import './save-traces';
import './trace-filters';
import './trace-keys';
import './trace-list';
import './trace-view';

/** Milliseconds between two reads of the list while a study writes traces. */
const REFRESH_EVERY_MS = 2500;

class TraceBrowserElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    problemId: { attribute: false },
    place: { attribute: false },
    list: { attribute: false },
    listing: { state: true },
    trace: { state: true },
    answers: { state: true },
    showsGold: { state: true },
    message: { state: true },
  };

  static override styles = [base, controls, traceBrowser];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  declare problemId: string | null;
  declare place: StepPlace | null;
  /** What is listed, as the address has it. */
  declare list: TraceSelection;
  declare listing: TraceListing | null;
  declare trace: Trace | null;
  declare answers: StudentAnswers | null;
  declare showsGold: boolean;
  declare message: string;
  #reading = false;
  #listKey = '';
  #listReadAt = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** True on the way to a problem of which the first rejected step is to be pointed out. */
  #seeksRejected = false;
  readonly #onKey = (event: KeyboardEvent) => this.#press(event);

  constructor() {
    super();
    this.problemId = null;
    this.place = null;
    this.list = ALL_TRACES;
    this.listing = null;
    this.trace = null;
    this.answers = null;
    this.showsGold = false;
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
    const open = this.problemId === null ? '' : 'open';
    return html`<winnow-trace-filters
        class="list ${open}"
        .filter=${this.list.filter}
        .order=${this.list.order}
        .listing=${this.listing}
        .runs=${this.snapshot.runs}
        @winnow-filter=${({ detail }: CustomEvent<TraceFilter>) =>
          this.#select({ ...this.list, filter: detail })}
        @winnow-order=${({ detail }: CustomEvent<TraceOrder>) =>
          this.#select({ ...this.list, order: detail })}
      >
        <span class="tools">
          <winnow-save-traces
            .service=${this.service}
            .query=${this.#query}
            .study=${this.snapshot.name}
            .count=${this.#rows.length}
          ></winnow-save-traces>
          <winnow-trace-keys></winnow-trace-keys>
        </span>
      </winnow-trace-filters>
      <div class="columns ${open}">
        <winnow-trace-list
          class="list"
          .studyId=${this.snapshot.studyId}
          .list=${this.list}
          .rows=${this.listing?.rows ?? null}
          .current=${this.problemId}
        ></winnow-trace-list>
        <div>
          ${this.message ? html`<p class="panel" role="alert">${this.message}</p>` : nothing}
          ${this.#renderOpen()}
        </div>
      </div>`;
  }

  override willUpdate(): void {
    if (this.problemId === null) this.trace = null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('problemId')) void this.#readTrace();
    const { studyId, stages } = this.snapshot;
    const written = [stages.rationale.done, stages.feedback.done, stages.feedback.state].join('/');
    const key = JSON.stringify([studyId, this.list, written, stages.evaluate.done]);
    if (key === this.#listKey) return;
    const wait =
      changed.has('list') || this.#listKey === ''
        ? 0
        : Math.max(0, this.#listReadAt + REFRESH_EVERY_MS - Date.now());
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#readList(key), wait);
  }

  #renderOpen() {
    if (this.problemId === null) {
      return html`<p class="panel hint">
        Choose a problem to see what the teacher wrote and what became of every step.
        <kbd>J</kbd> and <kbd>K</kbd> step through them, <kbd>?</kbd> lists all keys.
      </p>`;
    }
    if (this.trace?.problemId !== this.problemId) return nothing;
    return html`<winnow-trace-view
      .trace=${this.trace}
      .answers=${this.answers}
      .place=${this.place}
      .list=${this.list}
      .showsGold=${this.showsGold}
      .position=${this.#rows.findIndex((row) => row.problemId === this.problemId)}
      .count=${this.#rows.length}
      .previous=${this.#neighbour(-1)}
      .next=${this.#neighbour(1)}
      @winnow-judge=${(event: CustomEvent<HandVerdict>) => void this.#judge(event.detail)}
      @winnow-gold=${(event: CustomEvent<boolean>) => (this.showsGold = event.detail)}
    ></winnow-trace-view>`;
  }

  get #rows(): readonly TraceRow[] {
    return this.listing?.rows ?? [];
  }

  get #query(): TraceQuery {
    return { studyId: this.snapshot.studyId, ...this.list };
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
      this.listing = await this.service.client.request('listTraces', this.#query);
      this.message = '';
      // What is open may have been judged or answered since it was read.
      const isOpen = this.trace !== null && this.trace.judged.length === 0;
      if (isOpen || this.answers?.asked === 0) await this.#readTrace();
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.#reading = false;
    }
  }

  async #readTrace(): Promise<void> {
    const { problemId } = this;
    if (problemId === null) return;
    try {
      const { client } = this.service;
      const asked = { studyId: this.snapshot.studyId, problemId };
      const [trace, answers] = await Promise.all([
        client.request('readTrace', asked),
        client.request('readStudentAnswers', asked),
      ]);
      if (problemId !== this.problemId) return;
      this.trace = trace;
      this.answers = answers;
      this.message = trace
        ? ''
        : 'The teacher has written nothing for this problem, or it belongs to another study.';
      if (this.#seeksRejected && trace !== null) this.#point(nextRejectedStep(trace, null));
      this.#seeksRejected = false;
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  /** The address of the trace before or after the open one; the first where none is open. */
  #neighbour(offset: -1 | 1): string | null {
    const rows = this.#rows;
    const index = rows.findIndex((row) => row.problemId === this.problemId);
    const neighbour = index === -1 ? (offset === 1 ? rows[0] : undefined) : rows[index + offset];
    return neighbour ? this.#addressOf(neighbour.problemId) : null;
  }

  #addressOf(problemId: string, place?: StepPlace): string {
    const { studyId } = this.snapshot;
    return formatAddress({
      kind: 'trace',
      studyId,
      problemId,
      list: this.list,
      ...(place === undefined ? {} : { place }),
    });
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (event.composedPath().some((node) => node instanceof HTMLDialogElement)) return;
    const actions: Readonly<Record<string, () => void>> = {
      j: () => this.#go(this.#neighbour(1)),
      k: () => this.#go(this.#neighbour(-1)),
      n: () => this.#seekRejected(),
      g: () => (this.showsGold = !this.showsGold),
      '/': () => this.renderRoot.querySelector('winnow-trace-filters')?.focus(),
      '?': () => this.renderRoot.querySelector('winnow-trace-keys')?.show(),
      escape: () => this.#leave(),
    };
    const action = actions[event.key.toLowerCase()];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** Conditions are tried one after the other: they take each other's place in the history. */
  #select(list: TraceSelection): void {
    const { problemId, place } = this;
    const { studyId } = this.snapshot;
    this.#go(
      formatAddress(
        problemId === null
          ? { kind: 'study', studyId, view: 'traces', list }
          : { kind: 'trace', studyId, problemId, list, ...(place === null ? {} : { place }) },
      ),
    );
  }

  /** Stepping through hundreds of traces should not fill the history with them. */
  #go(address: string | null): void {
    if (address !== null) window.location.replace(address);
  }

  #leave(): void {
    if (this.problemId === null) return;
    const { studyId } = this.snapshot;
    window.location.hash = formatAddress({
      kind: 'study',
      studyId,
      view: 'traces',
      list: this.list,
    });
  }

  async #judge(verdict: HandVerdict): Promise<void> {
    const { problemId } = this;
    if (problemId === null) return;
    try {
      const { studyId } = this.snapshot;
      const asked = { studyId, problemId, verdict };
      const trace = await this.service.client.request('judgeByHand', asked);
      if (problemId === this.problemId) this.trace = trace;
      this.message = '';
      await this.#readList(this.#listKey);
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  #point(place: StepPlace | null): void {
    if (place !== null && this.problemId !== null) this.#go(this.#addressOf(this.problemId, place));
  }

  #seekRejected(): void {
    const here = this.trace?.problemId === this.problemId ? this.trace : null;
    const place = here && nextRejectedStep(here, this.place);
    if (place) {
      this.#point(place);
      return;
    }
    const row = nextRejectedRow(this.#rows, this.problemId);
    if (row === null) return;
    this.#seeksRejected = true;
    this.#go(this.#addressOf(row.problemId));
  }
}

customElements.define('winnow-trace-browser', TraceBrowserElement);
