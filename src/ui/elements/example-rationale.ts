/** `<winnow-example-rationale>`: a fixed example on the first screen that shows what winnowing does. */

import { css, html, LitElement } from 'lit';
import type { Verdict } from '../../rationale/trace';
import { verdictIcon } from '../icons';
import { base } from '../styles/base';
import { stepText, stepTextStyles } from '../step-text';
import { VERDICT_WORDING } from '../wording';

interface ExampleStep {
  readonly text: string;
  readonly verdict: Verdict;
  readonly why: string;
}

const QUESTION =
  'Mia packs 4 boxes of 6 pears and 3 boxes of 5 plums. She eats 2 pears. How many pears are left?';

const STEPS: readonly ExampleStep[] = [
  { text: 'She packs [4*6=24] 24 pears', verdict: 'kept', why: '' },
  {
    text: 'There are [3*5=15] 15 plums',
    verdict: 'rejected',
    why: 'True, but the answer does not need it.',
  },
  {
    text: 'So [24-2=21] 21 pears are left',
    verdict: 'repaired',
    why: '24 − 2 is 22; another attempt of the teacher gets it right.',
  },
];

class ExampleRationaleElement extends LitElement {
  static override styles = [
    base,
    stepTextStyles,
    css`
      .question {
        margin-bottom: 0.9rem;
      }
      ol {
        display: grid;
        gap: 0.55rem;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.1rem 0.7rem;
        padding: 0.6rem 0.8rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
      }
      .mark {
        grid-row: span 2;
        display: inline-flex;
        align-items: center;
        gap: 0.35rem;
        width: 6.1rem;
        height: 1.5rem;
        font-size: var(--text-small);
        font-weight: 600;
      }
      .kept .mark {
        color: var(--kept);
      }
      .rejected .mark {
        color: var(--rejected);
      }
      .repaired .mark {
        color: var(--repaired);
      }
      .rejected .text,
      .repaired .text {
        text-decoration: line-through;
        text-decoration-color: color-mix(in srgb, currentColor 45%, transparent);
      }
      .why {
        grid-column: 2;
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      @media (max-width: 30rem) {
        li {
          grid-template-columns: 1fr;
        }
        .why {
          grid-column: 1;
        }
      }
    `,
  ];

  override render() {
    return html`<figure class="panel">
      <figcaption class="question">
        <span class="small soft">An example of what a teacher writes</span><br />${QUESTION}
      </figcaption>
      <ol>
        ${STEPS.map(
          (step) =>
            html`<li class=${step.verdict}>
              <span class="mark">
                ${verdictIcon(step.verdict)} ${VERDICT_WORDING[step.verdict].label}
              </span>
              <span class="text">${stepText(step.text)}</span>
              <span class="why">${step.why}</span>
            </li>`,
        )}
      </ol>
    </figure>`;
  }
}

customElements.define('winnow-example-rationale', ExampleRationaleElement);
