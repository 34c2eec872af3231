/** `<winnow-likelihood-summary>`: what likelihoods decided in the feedback stage, their thresholds, and what they took. */

import { css, html, LitElement, nothing } from 'lit';
import type { FittedThreshold } from '../../feedback/likelihood/thresholds';
import type { LikelihoodSummary } from '../../study/likelihood-summary';
import { perThousand } from '../../study/taking';
import { formatCount, formatDuration, formatShare } from '../format';
import { base } from '../styles/base';
import { MODEL_WORDING, SIGNAL_WORDING } from '../wording';

class LikelihoodSummaryElement extends LitElement {
  static override properties = { likelihoods: { attribute: false } };

  static override styles = [
    base,
    css`
      h3 {
        margin: 1.1rem 0 0.35rem;
        font-size: 0.92rem;
      }
      p,
      li {
        margin-top: 0.35rem;
      }
    `,
  ];

  declare likelihoods: LikelihoodSummary;

  override render() {
    const { refusal, thresholds, problems, steps, helpful, fit, scoring } = this.likelihoods;
    const { sequences, tokens, seconds } = perThousand(scoring, problems);
    return html`<h3>What likelihoods decided</h3>
      ${
        refusal === ''
          ? html`<p class="small">
              ${formatCount(steps)} ${steps === 1 ? 'step was' : 'steps were'} left to the models by
              the rules; ${formatCount(helpful)} ${helpful === 1 ? 'was' : 'were'} found to help.
            </p>`
          : html`<p class="small">${refusal}</p>`
      }
      ${
        thresholds.length > 0
          ? html`<ul class="small">
              ${thresholds.map(renderThreshold)}
            </ul>`
          : nothing
      }
      ${
        refusal === '' && problems > 0
          ? html`<p class="small soft">
              A thousand problems take ${formatCount(Math.round(sequences))} sequences with
              ${formatCount(Math.round(tokens))} tokens asked about,
              ${formatDuration(1000 * seconds)}; fitting the thresholds took
              ${formatCount(fit.sequences)} sequences, ${formatDuration(1000 * fit.seconds)}.
            </p>`
          : nothing
      }`;
  }
}

function renderThreshold(fitted: FittedThreshold) {
  const { signal, model, threshold, retention, recall, used } = fitted;
  const { label, explanation } = SIGNAL_WORDING[signal];
  return html`<li title=${explanation}>
    ${label}, ${MODEL_WORDING[model]}: from ${threshold.toFixed(2)} on a step helps. That keeps
    ${formatShare(retention)} of the clean steps of validation problems and finds
    ${formatShare(recall)} of the errors put into
    them${used ? '.' : ', too few: it is not asked for.'}
  </li>`;
}

customElements.define('winnow-likelihood-summary', LikelihoodSummaryElement);
