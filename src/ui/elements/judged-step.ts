/** `<winnow-judged-step>`: one step of a rationale with its verdict, its reason and, on demand, every check. */

import { css, html, LitElement, nothing } from 'lit';
import type { CheckOutcome, StepLikelihood, StepVerdict } from '../../rationale/trace';
import { icon, verdictIcon } from '../icons';
import { stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';
import { tables } from '../styles/tables';
import { MODEL_WORDING, REASON_WORDING, SIGNAL_WORDING, VERDICT_WORDING } from '../wording';

class JudgedStepElement extends LitElement {
  static override properties = {
    step: { attribute: false },
    index: { attribute: false },
  };

  static override styles = [
    base,
    tables,
    stepTextStyles,
    css`
      .step {
        display: grid;
        grid-template-columns: 6.4rem minmax(0, 1fr);
        gap: 0.15rem 0.8rem;
        padding: 0.6rem 0.8rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--mark);
        border-radius: var(--radius-small);
        background: var(--surface);
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
        grid-column: 2;
        font-size: var(--text-small);
      }
      .why strong {
        font-weight: 620;
      }
      .failed {
        color: var(--rejected);
      }
      .passed {
        color: var(--kept);
      }
      td .icon {
        width: 13px;
        height: 13px;
        vertical-align: -1px;
      }
      th:last-child,
      td:last-child {
        text-align: left;
      }
      @media (max-width: 34rem) {
        .step {
          grid-template-columns: minmax(0, 1fr);
        }
        .why,
        .more {
          grid-column: 1;
        }
      }
    `,
  ];

  declare step: StepVerdict;
  declare index: number;

  override render() {
    const { step } = this;
    const wording = VERDICT_WORDING[step.verdict];
    return html`<div class="step ${step.verdict}">
      <span class="verdict" title=${wording.explanation}
        >${verdictIcon(step.verdict)} ${wording.label}</span
      >
      <span class="text">${stepText(step.text)}</span>
      ${
        step.replacement === undefined
          ? nothing
          : html`<span class="why">Replaced by: ${stepText(step.replacement)}</span>`
      }
      ${
        step.reason === null
          ? step.message
            ? html`<span class="why soft">${step.message}</span>`
            : nothing
          : html`<span class="why"
              ><strong title=${REASON_WORDING[step.reason].explanation}
                >${REASON_WORDING[step.reason].label}.</strong
              >
              ${step.message || REASON_WORDING[step.reason].explanation}</span
            >`
      }
      <details class="more">
        <summary>Every check</summary>
        ${this.#renderChecks()}
      </details>
    </div>`;
  }

  #renderChecks() {
    const { step } = this;
    return html`<div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col" title="1 is flawless">Score</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            ${step.outcomes.map((outcome) => renderOutcome(outcome, outcome.reason === step.reason))}
            ${step.likelihoods?.map(renderLikelihood)}
          </tbody>
        </table>
      </div>
      <p class="soft">
        ${
          step.dependsOn.length === 0
            ? 'Uses no earlier result.'
            : `Uses the result of step ${step.dependsOn.map((index) => index + 1).join(', ')}.`
        }
      </p>`;
  }
}

/** `isShown`: its message stands above the table already. */
function renderOutcome(outcome: CheckOutcome, isShown: boolean) {
  const wording = REASON_WORDING[outcome.reason];
  return html`<tr>
    <th scope="row" title=${wording.explanation}>${wording.label}</th>
    <td>${outcome.score.toFixed(2)}</td>
    <td class=${outcome.failed ? 'failed' : 'passed'}>
      ${icon(outcome.failed ? 'cross' : 'check')} ${outcome.failed ? 'failed' : 'passed'}
      ${isShown || outcome.message === '' ? nothing : html`<span class="soft">${outcome.message}</span>`}
    </td>
  </tr>`;
}

/** Beside the fitted threshold that the value is held against. */
function renderLikelihood({ signal, model, value, threshold }: StepLikelihood) {
  const { label, explanation } = SIGNAL_WORDING[signal];
  const helps = value >= threshold;
  return html`<tr>
    <th scope="row" title=${explanation}>${label}, ${MODEL_WORDING[model]}</th>
    <td>${value.toFixed(2)}</td>
    <td class=${helps ? 'passed' : 'failed'}>
      ${icon(helps ? 'check' : 'cross')} ${helps ? 'helps' : 'does not help'}
      <span class="soft">threshold ${threshold.toFixed(2)}</span>
    </td>
  </tr>`;
}

customElements.define('winnow-judged-step', JudgedStepElement);
