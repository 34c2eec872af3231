/** `<winnow-judged-step>`: one step of a rationale with its verdict, its reason and, on demand, every check. */

import { css, html, LitElement, nothing } from 'lit';
import { fallsAtStep, type StepRollouts } from '../../rationale/rollouts';
import { verdictOf, type HandVerdict } from '../../rationale/taught';
import type { StepVerdict } from '../../rationale/trace';
import { verdictIcon } from '../icons';
import { rolloutSentence } from '../rollout-wording';
import { stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { REASON_WORDING, VERDICT_WORDING } from '../wording';
import './check-scores';

class JudgedStepElement extends LitElement {
  static override properties = {
    step: { attribute: false },
    rollouts: { attribute: false },
    index: { attribute: false },
    address: { attribute: false },
    pointed: { attribute: false },
    opened: { state: true },
  };

  static override styles = [
    base,
    controls,
    stepTextStyles,
    css`
      .step {
        display: grid;
        grid-template-columns: minmax(1.1rem, auto) 5.4rem minmax(0, 1fr);
        gap: 0.15rem 0.5rem;
        padding: 0.55rem 0.8rem 0.55rem 0.6rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--mark);
        border-radius: var(--radius-small);
        background: var(--surface);
        transition: background-color 0.12s ease;
      }
      :host([linked]) .step {
        background: var(--grain-soft);
      }
      .step.pointed {
        box-shadow: 0 0 0 2px var(--focus);
      }
      .kept {
        --mark: var(--kept);
      }
      .rejected {
        --mark: var(--rejected);
      }
      .repaired {
        --mark: var(--repaired);
      }
      .number {
        color: var(--ink-soft);
        font-size: var(--text-small);
        line-height: 1.5rem;
        text-align: right;
        text-decoration: none;
      }
      .number:hover {
        text-decoration: underline;
      }
      .verdict {
        display: flex;
        align-items: center;
        gap: 0.35rem;
        height: 1.5rem;
        font-size: var(--text-small);
        font-weight: 620;
        color: var(--mark);
      }
      .text {
        overflow-wrap: anywhere;
      }
      .rejected .text,
      .repaired .text {
        text-decoration: line-through;
        text-decoration-color: color-mix(in srgb, currentColor 40%, transparent);
      }
      .why,
      .more {
        grid-column: 3;
        font-size: var(--text-small);
      }
      .why strong {
        font-weight: 620;
      }
      .hand {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        margin-top: 0.5rem;
      }
      .hand button {
        min-height: 1.9rem;
        padding: 0.05rem 0.7rem;
        font-size: var(--text-small);
      }
      .more[open] {
        grid-column: 1 / -1;
      }
      @media (max-width: 34rem) {
        .step {
          grid-template-columns: auto minmax(0, 1fr);
        }
        .text,
        .why,
        .more {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  declare step: StepVerdict;
  /** What continuations say of it; null where there are none. */
  declare rollouts: StepRollouts | null;
  declare index: number;
  /** The address that points this step out. */
  declare address: string;
  declare pointed: boolean;
  declare opened: boolean;

  constructor() {
    super();
    this.rollouts = null;
    this.pointed = false;
    this.opened = false;
  }

  override render() {
    const { step } = this;
    const verdict = verdictOf(step);
    const wording = VERDICT_WORDING[verdict];
    return html`<div class="step ${verdict} ${this.pointed ? 'pointed' : ''}">
      <a
        class="number"
        href=${this.address}
        title="Address of this step"
        aria-current=${this.pointed ? 'true' : nothing}
        ><span class="visually-hidden">Step </span>${this.index + 1}</a
      >
      <span class="verdict" title=${wording.explanation}
        >${verdictIcon(verdict)} ${wording.label}</span
      >
      <span class="text">${stepText(step.text)}</span>
      ${
        step.replacement === undefined || step.byHand !== undefined
          ? nothing
          : html`<span class="why">Replaced by: ${stepText(step.replacement)}</span>`
      }
      ${this.#renderReason()} ${this.#renderRollouts()}
      <details class="more" @toggle=${this.#toggle}>
        <summary>Every check${usedSteps(step)}</summary>
        ${
          this.opened
            ? html`<winnow-check-scores
                  .outcomes=${step.outcomes}
                  .likelihoods=${step.likelihoods ?? []}
                  .shown=${step.reason}
                ></winnow-check-scores>
                ${this.#renderHand()}`
            : nothing
        }
      </details>
    </div>`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('pointed') && this.pointed) this.scrollIntoView({ block: 'center' });
  }

  /** Moves the focus to this step. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.number')?.focus({ preventScroll: true });
  }

  #renderReason() {
    const { reason, message, byHand, verdict } = this.step;
    if (byHand !== undefined) {
      return html`<span class="why"
        ><strong>By hand.</strong> The checks said: ${VERDICT_WORDING[verdict].label.toLowerCase()}.
        ${message}</span
      >`;
    }
    if (reason === null) return message ? html`<span class="why soft">${message}</span>` : nothing;
    const { label, explanation } = REASON_WORDING[reason];
    return html`<span class="why"
      ><strong title=${explanation}>${label}.</strong> ${message || explanation}</span
    >`;
  }

  #renderRollouts() {
    if (this.rollouts === null) return nothing;
    // Where continuations are the reason, it says so itself.
    const isReason = this.step.reason === 'contradicts-gold' && fallsAtStep(this.rollouts);
    const sentence = isReason ? '' : rolloutSentence(this.rollouts);
    return sentence === '' ? nothing : html`<span class="why soft">${sentence}</span>`;
  }

  /** The visitor's own verdict, whatever the checks say. */
  #renderHand() {
    const { byHand } = this.step;
    const verdict = verdictOf(this.step);
    const offered = (['kept', 'rejected'] as const).filter((each) => each !== verdict);
    return html`<p class="hand">
      ${offered.map(
        (each) =>
          html`<button
            type="button"
            title="Your verdict counts in place of the checks’ and is recorded as yours"
            @click=${() => this.#judge(each)}
          >
            ${each === 'kept' ? 'Keep' : 'Reject'} by hand
          </button>`,
      )}
      ${
        byHand === undefined
          ? nothing
          : html`<button type="button" @click=${() => this.#judge(null)}>
              Take your verdict back
            </button>`
      }
    </p>`;
  }

  #judge(verdict: HandVerdict['verdict']): void {
    this.dispatchEvent(new CustomEvent('winnow-hand', { detail: verdict }));
  }

  /** The tables of a long rationale are made when they are looked at. */
  #toggle(event: Event): void {
    if (event.target instanceof HTMLDetailsElement && event.target.open) this.opened = true;
  }
}

/** `, uses step 1, 2`: what the lines beside the steps show, in words. */
function usedSteps({ dependsOn }: StepVerdict): string {
  if (dependsOn.length === 0) return '';
  const steps = dependsOn.map((index) => index + 1).join(', ');
  return `, uses ${dependsOn.length === 1 ? 'step' : 'steps'} ${steps}`;
}

customElements.define('winnow-judged-step', JudgedStepElement);

declare global {
  interface HTMLElementTagNameMap {
    'winnow-judged-step': JudgedStepElement;
  }
}
