/** `<winnow-judged-attempt>`: one attempt of the teacher, its steps judged one by one, with lines between those that build on each other. */

import { css, html, LitElement, nothing } from 'lit';
import { rolloutsOfStep } from '../../rationale/rollouts';
import { isJudgedByHand, taughtAttempt, type HandVerdict } from '../../rationale/taught';
import { ALL_TRACES, type TraceSelection } from '../../rationale/trace-listing';
import type { JudgedRationale, TeacherSample, Trace } from '../../rationale/trace';
import { formatAddress, type StepPlace } from '../address';
import { answerBadge } from '../answer-badge';
import { GUTTER, dependencyLines, linksOf } from '../dependency-lines';
import { formatCount } from '../format';
import { icon } from '../icons';
import { plainRationale, rationaleStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { attemptTitle } from '../trace-history';
import './judged-step';
import './rollout-list';

class JudgedAttemptElement extends LitElement {
  static override properties = {
    trace: { attribute: false },
    sample: { attribute: false },
    place: { attribute: false },
    list: { attribute: false },
    active: { state: true },
  };

  static override styles = [
    base,
    controls,
    rationaleStyles,
    css`
      h3 {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
        margin-bottom: 0.55rem;
      }
      h3 .small {
        font-weight: 400;
      }
      .steps {
        position: relative;
        display: grid;
        gap: 0.45rem;
      }
      .linked {
        padding-left: ${GUTTER}px;
      }
      svg.lines {
        position: absolute;
        top: 0;
        left: 0;
        width: ${GUTTER}px;
        height: 100%;
        overflow: visible;
        pointer-events: none;
      }
      .lines path {
        fill: none;
        stroke: var(--accent);
        stroke-width: 2;
      }
      .lines .use {
        stroke: var(--grain);
        stroke-dasharray: 4 3;
      }
      .lines .head {
        fill: var(--accent);
        stroke: none;
      }
      .lines .use.head {
        fill: var(--grain);
      }
      .outcome {
        margin-top: 0.45rem;
      }
    `,
  ];

  declare trace: Trace;
  declare sample: TeacherSample;
  /** The step that the address points out, in whatever attempt. */
  declare place: StepPlace | null;
  /** What is listed, for the addresses of the steps. */
  declare list: TraceSelection;
  /** The step under the pointer or with the focus; its links are drawn. */
  declare active: number | null;

  constructor() {
    super();
    this.place = null;
    this.list = ALL_TRACES;
    this.active = null;
  }

  override render() {
    const { sample, trace } = this;
    const judged = trace.judged.find((each) => each.sample === sample.sample);
    const title = attemptTitle(sample);
    const isTaught = judged !== undefined && judged === taughtAttempt(trace);
    return html`<article aria-label=${title}>
      <h3>
        ${title} ${answerBadge(sample.answer, trace.goldAnswer, 'Answer')}
        ${isTaught ? html`<span class="badge kept">${icon('check')} Taught</span>` : nothing}
        <span class="small soft" title=${sampling(sample)}
          >${sample.temperature === 0 ? 'greedy' : `temperature ${sample.temperature}`}${
            sample.hinted === true ? ', told the answer' : ''
          }${
            sample.goesOn === undefined || sample.goesOn.steps === 0
              ? ''
              : `, going on from step ${sample.goesOn.steps} of attempt ${sample.goesOn.sample + 1}`
          },
          ${formatCount(sample.tokens)} tokens</span
        >
      </h3>
      ${
        judged
          ? this.#renderJudged(judged)
          : html`${plainRationale(sample.text)}
              <p class="small soft outcome">Feedback has not looked at it yet.</p>`
      }
    </article>`;
  }

  #renderJudged(judged: JudgedRationale) {
    const { steps, rollouts } = judged;
    const isLinked = steps.some(({ dependsOn }) => dependsOn.length > 0);
    const links = this.active === null ? [] : linksOf(steps, this.active);
    const linked = new Set(links.flatMap(({ from, to }) => [from, to]));
    return html`<ol class="steps ${isLinked ? 'linked' : ''}">
        ${
          links.length === 0
            ? nothing
            : html`<li role="presentation" aria-hidden="true">
                <svg class="lines">${dependencyLines(links, this.#tops())}</svg>
              </li>`
        }
        ${steps.map(
          (step, index) =>
            html`<li
              class="step"
              @pointerenter=${() => (this.active = index)}
              @pointerleave=${() => (this.active = null)}
              @focusin=${() => (this.active = index)}
              @focusout=${() => (this.active = null)}
            >
              <winnow-judged-step
                .step=${step}
                .rollouts=${rollouts === undefined ? null : rolloutsOfStep(rollouts, index)}
                .index=${index}
                .address=${this.#addressOf(index)}
                .pointed=${this.place?.sample === this.sample.sample && this.place.step === index}
                @winnow-hand=${(event: CustomEvent<HandVerdict['verdict']>) =>
                  this.#judge({ step: index, verdict: event.detail })}
                ?linked=${linked.has(index) && index !== this.active}
              ></winnow-judged-step>
            </li>`,
        )}
      </ol>
      <p class="small soft outcome">${outcomeSentence(judged)}</p>
      <winnow-rollout-list .places=${rollouts ?? []}></winnow-rollout-list>`;
  }

  #addressOf(step: number): string {
    const { studyId, problemId } = this.trace;
    const place = { sample: this.sample.sample, step };
    return formatAddress({ kind: 'trace', studyId, problemId, place, list: this.list });
  }

  #judge(verdict: Omit<HandVerdict, 'sample'>): void {
    const detail: HandVerdict = { sample: this.sample.sample, ...verdict };
    this.dispatchEvent(new CustomEvent('winnow-judge', { detail, bubbles: true, composed: true }));
  }

  #tops(): number[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('li.step')].map(
      ({ offsetTop }) => offsetTop,
    );
  }
}

function outcomeSentence(judged: JudgedRationale): string {
  if (isJudgedByHand(judged)) {
    return 'Verdicts were given by hand: what is left is taught where the attempt gives the gold answer.';
  }
  return judged.accepted
    ? 'What is left is a verified chain that ends in the gold answer.'
    : 'What is left does not lead to the gold answer, so this attempt is not used.';
}

function sampling({ temperature }: TeacherSample): string {
  return temperature === 0
    ? 'Greedy: the likeliest token each time'
    : `Sampled at temperature ${temperature}`;
}

customElements.define('winnow-judged-attempt', JudgedAttemptElement);
