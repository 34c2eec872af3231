/** `<winnow-trace-filters>`: narrows and sorts the trace list, saying beforehand how many traces each choice leaves. */

import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import {
  TRACE_ORDERS,
  type TraceCondition,
  type TraceFilter,
  type TraceListing,
  type TraceOrder,
} from '../../rationale/trace-listing';
import type { RunProgress } from '../../study/snapshot';
import { formatCount } from '../format';
import { icon, type IconName } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { traceFilters } from '../styles/trace-filters';
import { LISTED_CONDITIONS, ORDER_LABELS, type ConditionChoice } from '../trace-wording';
import { METHOD_WORDING } from '../wording';

/** Milliseconds of rest before typed text is searched for. */
const TYPING_REST_MS = 200;

/** One of a few values, shown as a button that stays pressed. */
interface Toggle extends ConditionChoice {
  readonly icon: IconName;
  readonly tone: 'kept' | 'rejected' | 'repaired';
}

const VERDICT_TOGGLES: readonly Toggle[] = [
  { value: 'kept', label: 'Kept', icon: 'check', tone: 'kept' },
  { value: 'rejected', label: 'Rejected', icon: 'cross', tone: 'rejected' },
  { value: 'repaired', label: 'Repaired', icon: 'repair', tone: 'repaired' },
];
const ANSWER_TOGGLES: readonly Toggle[] = [
  { value: 'right', label: 'Right', icon: 'check', tone: 'kept' },
  { value: 'wrong', label: 'Wrong', icon: 'cross', tone: 'rejected' },
];

class TraceFiltersElement extends LitElement {
  static override properties = {
    filter: { attribute: false },
    order: { attribute: false },
    listing: { attribute: false },
    runs: { attribute: false },
  };

  static override styles = [base, controls, traceFilters];

  declare filter: TraceFilter;
  declare order: TraceOrder;
  declare listing: TraceListing | null;
  declare runs: readonly RunProgress[];
  #typing: ReturnType<typeof setTimeout> | undefined;
  /** What is being typed and not searched for yet; null while nothing is. */
  #typed: string | null = null;
  /** Where there is room, all conditions are in sight from the start. */
  readonly #opensConditions = window.matchMedia('(min-width: 48rem)').matches;

  constructor() {
    super();
    this.filter = {};
    this.order = 'problem';
    this.listing = null;
    this.runs = [];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('filter') && this.#typed?.trim() === (this.filter.text ?? ''))
      this.#typed = null;
  }

  override render() {
    return html`<form
      role="search"
      aria-label="Filter the problems"
      @submit=${(event: Event) => event.preventDefault()}
    >
      <div class="first">
        <label class="search"
          ><span class="visually-hidden">Search questions and rationales</span>${icon('search')}
          <input
            type="search"
            maxlength="200"
            placeholder="Search questions and rationales"
            .value=${live(this.#typed ?? this.filter.text ?? '')}
            @input=${this.#type}
            autocomplete="off"
        /></label>
        <label class="order"
          ><span>Sorted</span>
          <select .value=${live(this.order)} @change=${this.#sort}>
            ${TRACE_ORDERS.map((order) => html`<option value=${order}>${ORDER_LABELS[order]}</option>`)}
          </select></label
        >
      </div>
      <div class="first">
        ${this.#renderToggles('verdict', 'Has a step that was', VERDICT_TOGGLES)}
        ${this.#renderToggles('answer', 'Teacher’s first answer', ANSWER_TOGGLES)}
      </div>
      <details ?open=${this.#opensConditions}>
        <summary class="small">More conditions${this.#conditionsInUse()}</summary>
        <div class="lists">
          ${LISTED_CONDITIONS.map(({ name, label, any, choices }) =>
            this.#renderList(name, label, any, choices),
          )}
          ${
            this.#runChoices.length > 0
              ? this.#renderList(
                  'failedRun',
                  'Student that failed',
                  'any or none',
                  this.#runChoices,
                )
              : nothing
          }
        </div>
      </details>
      <div class="found small">
        <span role="status" class="number">${this.#found()}</span>
        <button
          type="button"
          class="quiet"
          ?hidden=${Object.keys(this.filter).length === 0}
          @click=${() => this.#emit({})}
        >
          Clear the filters
        </button>
        <slot></slot>
      </div>
    </form>`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
  }

  /** Puts the cursor into the search. */
  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  #found(): string {
    if (this.listing === null) return 'Reading';
    const { rows, total } = this.listing;
    const noun = total === 1 ? 'problem' : 'problems';
    return rows.length === total
      ? `${formatCount(total)} ${noun}`
      : `${formatCount(rows.length)} of ${formatCount(total)} ${noun}`;
  }

  #conditionsInUse(): string {
    const count =
      LISTED_CONDITIONS.filter(({ name }) => this.filter[name] !== undefined).length +
      (this.filter.failedRun === undefined ? 0 : 1);
    return count === 0 ? '' : `, ${count} in use`;
  }

  /** Every run once it can have failed. */
  get #runChoices(): readonly ConditionChoice[] {
    const seeds = new Set(this.runs.map(({ seed }) => seed));
    return this.runs.map(({ runId, method, seed }) => ({
      value: runId,
      label: `${METHOD_WORDING[method].label.toLowerCase()}${seeds.size > 1 ? `, seed ${seed}` : ''}`,
    }));
  }

  #countOf(condition: TraceCondition, value: string): number | null {
    return this.listing === null ? null : (this.listing.counts[condition][value] ?? 0);
  }

  #renderToggles(condition: 'verdict' | 'answer', label: string, toggles: readonly Toggle[]) {
    return html`<div class="toggles" role="group" aria-label=${label}>
      <span class="small soft" aria-hidden="true">${label}</span>
      ${toggles.map((toggle) => {
        const pressed = this.filter[condition] === toggle.value;
        const count = this.#countOf(condition, toggle.value);
        return html`<button
          type="button"
          class=${toggle.tone}
          aria-pressed=${pressed ? 'true' : 'false'}
          @click=${() => this.#choose(condition, pressed ? '' : toggle.value)}
        >
          ${icon(toggle.icon)} ${toggle.label}
          <span class="count number">${count === null ? '' : formatCount(count)}</span>
        </button>`;
      })}
    </div>`;
  }

  #renderList(
    condition: TraceCondition,
    label: string,
    any: string,
    choices: readonly ConditionChoice[],
  ) {
    const chosen = this.filter[condition] ?? '';
    // A choice that leaves nothing is not offered, unless it is the present one.
    const offered = choices.filter(
      ({ value }) => value === chosen || (this.#countOf(condition, value) ?? 0) > 0,
    );
    return html`<label
      >${label}
      <select
        class=${chosen === '' ? '' : 'chosen'}
        .value=${live(chosen)}
        @change=${(event: Event) => {
          if (event.target instanceof HTMLSelectElement)
            this.#choose(condition, event.target.value);
        }}
      >
        <option value="" ?selected=${chosen === ''}>${any}</option>
        ${offered.map(
          ({ value, label: name }) =>
            html`<option value=${value} ?selected=${value === chosen}>
              ${name} (${formatCount(this.#countOf(condition, value) ?? 0)})
            </option>`,
        )}
      </select></label
    >`;
  }

  #type(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#typed = event.target.value;
    const text = this.#typed.trim();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      const { text: _before, ...rest } = this.filter;
      this.#emit(text === '' ? rest : { ...rest, text });
    }, TYPING_REST_MS);
  }

  #choose(condition: TraceCondition, value: string): void {
    const { [condition]: _before, ...rest } = this.filter;
    this.#emit(value === '' ? rest : { ...rest, [condition]: value });
  }

  #sort(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const chosen = event.target.value;
    const order = TRACE_ORDERS.find((each) => each === chosen) ?? 'problem';
    this.dispatchEvent(new CustomEvent('winnow-order', { detail: order }));
  }

  #emit(filter: TraceFilter): void {
    this.dispatchEvent(new CustomEvent('winnow-filter', { detail: filter }));
  }
}

customElements.define('winnow-trace-filters', TraceFiltersElement);

declare global {
  interface HTMLElementTagNameMap {
    'winnow-trace-filters': TraceFiltersElement;
  }
}
