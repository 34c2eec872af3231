/** `<winnow-trace-filters>`: narrows the trace list by verdict, reason, the teacher's answer, provenance and text. */

import { css, html, LitElement } from 'lit';
import { live } from 'lit/directives/live.js';
import { REASONS, type Provenance } from '../../rationale/trace';
import type { TraceFilter } from '../../worker/protocol';
import { formatCount } from '../format';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { PROVENANCE_WORDING, REASON_WORDING, VERDICT_WORDING } from '../wording';

const VERDICTS = ['kept', 'rejected', 'repaired'] as const;
const PROVENANCES = [
  'teacher',
  'teacher-trimmed',
  'resampled',
  'hinted',
  'gold',
  'none',
] as const satisfies readonly Provenance[];

/** Milliseconds of rest before typed text is searched for. */
const TYPING_REST_MS = 250;

class TraceFiltersElement extends LitElement {
  static override properties = {
    filter: { attribute: false },
    found: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0.5rem 0.6rem;
        margin-bottom: 0.75rem;
      }
      .text {
        grid-column: 1 / -1;
      }
      .found {
        grid-column: 1 / -1;
        display: flex;
        justify-content: space-between;
        align-items: center;
        min-height: 2rem;
      }
      button {
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        font-size: var(--text-small);
      }
    `,
  ];

  declare filter: TraceFilter;
  declare found: number | null;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.filter = {};
    this.found = null;
  }

  override render() {
    const { filter } = this;
    return html`<form
      role="search"
      aria-label="Filter the problems"
      @submit=${(event: Event) => event.preventDefault()}
    >
      <label class="text"
        >Question contains
        <input
          type="search"
          maxlength="200"
          .value=${filter.text ?? ''}
          @input=${this.#type}
          autocomplete="off"
      /></label>
      <label
        >Has a step that was
        <select data-name="verdict" .value=${live(filter.verdict ?? '')} @change=${this.#change}>
          <option value="">anything</option>
          ${VERDICTS.map(
            (name) =>
              html`<option value=${name}>${VERDICT_WORDING[name].label.toLowerCase()}</option>`,
          )}
        </select></label
      >
      <label
        >For the reason
        <select data-name="reason" .value=${live(filter.reason ?? '')} @change=${this.#change}>
          <option value="">any</option>
          ${REASONS.map(
            (name) =>
              html`<option value=${name}>${REASON_WORDING[name].label.toLowerCase()}</option>`,
          )}
        </select></label
      >
      <label
        >Teacher’s first answer
        <select data-name="greedy" .value=${live(greedyChoice(filter))} @change=${this.#change}>
          <option value="">right or wrong</option>
          <option value="right">right</option>
          <option value="wrong">wrong</option>
        </select></label
      >
      <label
        >Taught from
        <select
          data-name="provenance"
          .value=${live(filter.provenance ?? '')}
          @change=${this.#change}
        >
          <option value="">anywhere</option>
          ${PROVENANCES.map(
            (name) =>
              html`<option value=${name}>${PROVENANCE_WORDING[name].label.toLowerCase()}</option>`,
          )}
        </select></label
      >
      <p class="found small soft">
        <span role="status"
          >${
            this.found === null
              ? 'Reading'
              : `${formatCount(this.found)} ${this.found === 1 ? 'problem' : 'problems'}`
          }</span
        >
        <button
          type="button"
          class="quiet"
          ?hidden=${Object.keys(filter).length === 0}
          @click=${() => this.#emit({})}
        >
          Clear the filters
        </button>
      </p>
    </form>`;
  }

  #type(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const text = event.target.value.trim();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      const { text: _before, ...rest } = this.filter;
      this.#emit(text === '' ? rest : { ...rest, text });
    }, TYPING_REST_MS);
  }

  #change(): void {
    const value = (name: string) =>
      this.renderRoot.querySelector<HTMLSelectElement>(`select[data-name=${name}]`)?.value;
    const verdict = VERDICTS.find((each) => each === value('verdict'));
    const reason = REASONS.find((each) => each === value('reason'));
    const provenance = PROVENANCES.find((each) => each === value('provenance'));
    const greedy = value('greedy');
    this.#emit({
      ...(this.filter.text === undefined ? {} : { text: this.filter.text }),
      ...(verdict ? { verdict } : {}),
      ...(reason ? { reason } : {}),
      ...(provenance ? { provenance } : {}),
      ...(greedy ? { greedyRight: greedy === 'right' } : {}),
    });
  }

  #emit(filter: TraceFilter): void {
    this.dispatchEvent(new CustomEvent('winnow-filter', { detail: filter }));
  }
}

function greedyChoice(filter: TraceFilter): string {
  if (filter.greedyRight === undefined) return '';
  return filter.greedyRight ? 'right' : 'wrong';
}

customElements.define('winnow-trace-filters', TraceFiltersElement);
