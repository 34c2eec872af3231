/** `<winnow-rollout-summary>`: what rollouts decided in the feedback stage, and what they took. */

import { css, html, LitElement, nothing } from 'lit';
import type { RolloutSummary } from '../../study/rollout-summary';
import { perThousand } from '../../study/taking';
import { formatCount, formatDuration } from '../format';
import { base } from '../styles/base';

class RolloutSummaryElement extends LitElement {
  static override properties = { rollouts: { attribute: false } };

  static override styles = [
    base,
    css`
      h3 {
        margin: 1.1rem 0 0.35rem;
        font-size: 0.92rem;
      }
      p {
        margin-top: 0.35rem;
      }
    `,
  ];

  declare rollouts: RolloutSummary;

  override render() {
    const { refusal, rationales, acquitted, blamed, continued, taking, problems } = this.rollouts;
    if (refusal !== '')
      return html`<h3>What rollouts decided</h3>
        <p class="small">${refusal}</p>`;
    const { sequences, tokens, seconds } = perThousand(taking, problems);
    return html`<h3>What rollouts decided</h3>
      <p class="small">
        Wrong rationales that the teacher went on from: ${formatCount(rationales)}. Steps found to
        lead away from the answer: ${formatCount(blamed)}. Steps found to be another way:
        ${formatCount(acquitted)}. Problems taught from a continuation: ${formatCount(continued)}.
      </p>
      ${
        problems > 0
          ? html`<p class="small soft">
              A thousand problems take ${formatCount(Math.round(sequences))} continuations with
              ${formatCount(Math.round(tokens))} tokens, ${formatDuration(1000 * seconds)}.
            </p>`
          : nothing
      }`;
  }
}

customElements.define('winnow-rollout-summary', RolloutSummaryElement);
