/** `<winnow-check-scores>`: what every check measured of one step, as bars with numbers and words. */

import { css, html, LitElement, nothing } from 'lit';
import type { CheckOutcome, Reason, StepLikelihood } from '../../rationale/trace';
import { icon } from '../icons';
import { scoreBar, scoreBarStyles } from '../score-bar';
import { base } from '../styles/base';
import { tables } from '../styles/tables';
import { MODEL_WORDING, REASON_WORDING, SIGNAL_WORDING } from '../wording';

class CheckScoresElement extends LitElement {
  static override properties = {
    outcomes: { attribute: false },
    likelihoods: { attribute: false },
    shown: { attribute: false },
  };

  static override styles = [
    base,
    tables,
    scoreBarStyles,
    css`
      table {
        margin-top: 0.3rem;
        font-size: var(--text-small);
      }
      th,
      td {
        padding-block: 0.22rem;
      }
      tbody th {
        font-weight: 500;
        white-space: normal;
      }
      th:last-child,
      td:last-child {
        text-align: left;
      }
      td .soft {
        display: block;
        white-space: normal;
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
      .threshold {
        display: block;
        color: var(--ink-soft);
        font-size: 0.75rem;
      }
      @media (max-width: 30rem) {
        .score-bar {
          width: 2.4rem;
        }
      }
    `,
  ];

  declare outcomes: readonly CheckOutcome[];
  /** What models said, where the verdict depended on it. */
  declare likelihoods: readonly StepLikelihood[];
  /** The reason whose message stands with the step already. */
  declare shown: Reason | null;

  constructor() {
    super();
    this.outcomes = [];
    this.likelihoods = [];
    this.shown = null;
  }

  override render() {
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
          ${this.outcomes.map((outcome) => this.#renderOutcome(outcome))}
          ${this.likelihoods.map(renderLikelihood)}
        </tbody>
      </table>
    </div>`;
  }

  #renderOutcome(outcome: CheckOutcome) {
    const { reason, score, failed, threshold, message } = outcome;
    const wording = REASON_WORDING[reason];
    return html`<tr>
      <th scope="row" title=${wording.explanation}>${wording.label}</th>
      <td>
        ${scoreBar({ value: score, failed, ...(threshold === undefined ? {} : { threshold }) })}
        ${score.toFixed(2)}
        ${
          threshold === undefined
            ? nothing
            : html`<span class="threshold">fails at ${threshold.toFixed(2)} or less</span>`
        }
      </td>
      <td class=${failed ? 'failed' : 'passed'}>
        ${icon(failed ? 'cross' : 'check')} ${failed ? 'failed' : 'passed'}
        ${message === '' || reason === this.shown ? nothing : html`<span class="soft">${message}</span>`}
      </td>
    </tr>`;
  }
}

/** Likelihoods have no ends: 0 nats is the middle of the bar. */
const barShare = (nats: number): number => 1 / (1 + Math.exp(-nats));

/** Beside the fitted threshold that the value is held against. */
function renderLikelihood({ signal, model, value, threshold }: StepLikelihood) {
  const { label, explanation } = SIGNAL_WORDING[signal];
  const helps = value >= threshold;
  const score = { value: barShare(value), failed: !helps, threshold: barShare(threshold) };
  return html`<tr>
    <th scope="row" title=${explanation}>${label}, ${MODEL_WORDING[model]}</th>
    <td>${scoreBar(score)} ${value.toFixed(2)}</td>
    <td class=${helps ? 'passed' : 'failed'}>
      ${icon(helps ? 'check' : 'cross')} ${helps ? 'helps' : 'does not help'}
      <span class="soft">threshold ${threshold.toFixed(2)}</span>
    </td>
  </tr>`;
}

customElements.define('winnow-check-scores', CheckScoresElement);
