/** `<winnow-rollout-list>`: what the teacher wrote when it went on from behind steps of one attempt. */

import { css, html, LitElement, nothing } from 'lit';
import { tally, type RolloutPlace } from '../../rationale/rollouts';
import { parseRationale } from '../../text/grammar';
import { icon } from '../icons';
import { stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';

class RolloutListElement extends LitElement {
  static override properties = { places: { attribute: false } };

  static override styles = [
    base,
    stepTextStyles,
    css`
      details {
        margin-top: 0.45rem;
        font-size: var(--text-small);
      }
      h4 {
        margin: 0.6rem 0 0.2rem;
        font-size: inherit;
      }
      li {
        margin-top: 0.2rem;
        overflow-wrap: anywhere;
      }
      .right .icon {
        color: var(--kept);
      }
      .wrong .icon {
        color: var(--rejected);
      }
    `,
  ];

  declare places: readonly RolloutPlace[];

  override render() {
    if (this.places.length === 0) return nothing;
    return html`<details>
      <summary>Rollouts: what the teacher wrote when it went on from these steps</summary>
      ${this.places.map(renderPlace)}
    </details>`;
  }
}

function renderPlace(place: RolloutPlace) {
  const { steps, right, of } = tally(place);
  return html`<h4>
      ${
        steps === 0
          ? `From the question: ${right} of ${of} right`
          : `From behind step ${steps}: ${right} of ${of} right`
      }
    </h4>
    <ul>
      ${place.rollouts.map(
        (rollout) =>
          html`<li class=${rollout.right ? 'right' : 'wrong'}>
            ${icon(rollout.right ? 'check' : 'cross')}
            <span class="visually-hidden">${rollout.right ? 'Right:' : 'Wrong:'}</span>
            ${stepText(whatFollows(rollout.text, steps))}
          </li>`,
      )}
    </ul>`;
}

/** A rationale without its first steps. */
function whatFollows(text: string, steps: number): string {
  const { steps: all, answer } = parseRationale(text);
  const own = all.slice(steps).map((step) => step.text);
  return [...own, answer === null ? 'no answer' : `#### ${answer}`].join(' | ');
}

customElements.define('winnow-rollout-list', RolloutListElement);
