/** `<winnow-trace-view>`: one problem with everything the teacher wrote for it, judged step by step. */

import { css, html, LitElement, nothing } from 'lit';
import type { JudgedRationale, TeacherSample, Trace } from '../../rationale/trace';
import { formatAddress } from '../address';
import { formatCount } from '../format';
import { icon } from '../icons';
import { rationaleParts, stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { attemptTitle, taughtAttempt } from '../trace-history';
import { PROVENANCE_WORDING } from '../wording';
import './judged-step';
import './trace-history';

class TraceViewElement extends LitElement {
  static override properties = {
    trace: { attribute: false },
    position: { attribute: false },
    count: { attribute: false },
    previous: { attribute: false },
    next: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    stepTextStyles,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.6rem;
        margin-bottom: 0.9rem;
      }
      .bar .soft {
        margin-left: auto;
      }
      .bar .button {
        min-height: 2rem;
        padding: 0.1rem 0.75rem;
        font-size: var(--text-small);
      }
      .button[aria-disabled] {
        opacity: 0.5;
      }
      h2 {
        font-size: 1.12rem;
        font-weight: 500;
        line-height: 1.5;
        letter-spacing: 0;
        text-wrap: wrap;
      }
      h2:focus {
        outline: none;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
        margin: 0.7rem 0 0;
      }
      .columns {
        display: grid;
        gap: 1.3rem clamp(1rem, 3vw, 2rem);
        margin-top: 1.2rem;
      }
      .columns > * {
        min-width: 0;
      }
      article + article,
      section + section {
        margin-top: 1.4rem;
      }
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
      ol {
        display: grid;
        gap: 0.5rem;
      }
      .plain li {
        padding: 0.5rem 0.75rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        overflow-wrap: anywhere;
      }
      .answer {
        margin-top: 0.5rem;
        font-weight: 600;
      }
      ol + .small {
        margin-top: 0.45rem;
      }
      .taught {
        border-left: 4px solid var(--accent);
        padding-left: 0.9rem;
      }
      @media (min-width: 48rem) {
        .columns {
          grid-template-columns: minmax(0, 1.35fr) minmax(0, 1fr);
        }
      }
      @media (min-width: 64rem) {
        .back {
          display: none;
        }
      }
    `,
  ];

  declare trace: Trace;
  declare position: number;
  declare count: number;
  declare previous: string | null;
  declare next: string | null;

  override render() {
    const { trace } = this;
    const greedy = trace.samples.find((sample) => sample.sample === 0);
    const list = formatAddress({ kind: 'study', studyId: trace.studyId, view: 'traces' });
    return html`<article class="panel" aria-labelledby="question">
      <nav class="bar" aria-label="Problems">
        <a class="button back" href=${list}>${icon('back')} All problems</a>
        ${this.#renderNeighbour(this.previous, 'Previous', 'K')}
        ${this.#renderNeighbour(this.next, 'Next', 'J')}
        <span class="small soft number"
          >${
            this.position >= 0
              ? `${formatCount(this.position + 1)} of ${formatCount(this.count)}`
              : 'not in the filtered list'
          }</span
        >
      </nav>
      <h2 id="question" tabindex="-1">${trace.question}</h2>
      <p class="facts">
        <span class="badge">${trace.difficulty} ${trace.difficulty === 1 ? 'step' : 'steps'}</span>
        <span class="badge" title="The answer that the problem’s author gives"
          >Gold answer ${trace.goldAnswer}</span
        >
        ${greedy ? answerBadge(greedy, trace.goldAnswer, 'Teacher’s first answer') : nothing}
        <span class="badge" title="How this training problem is named in the study"
          >${trace.problemId}</span
        >
      </p>
      <winnow-trace-history .trace=${trace}></winnow-trace-history>
      <div class="columns">
        <div>${trace.samples.map((sample) => this.#renderSample(sample))}</div>
        <div>
          ${this.#renderTaught()}
          <section aria-label="Gold rationale">
            <h3>The author’s solution</h3>
            ${plainRationale(trace.goldRationale)}
          </section>
        </div>
      </div>
    </article>`;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('trace');
    const moved = changed.has('trace') && before !== undefined;
    const opened = changed.has('trace') && before === undefined;
    // On narrow screens the list gives way to the trace, and the focus must follow.
    if (opened && window.matchMedia('(max-width: 63.99rem)').matches) this.#focusQuestion();
    if (moved && this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement) {
      this.#focusQuestion();
    }
  }

  #focusQuestion(): void {
    this.renderRoot.querySelector<HTMLElement>('#question')?.focus();
  }

  #renderNeighbour(address: string | null, label: string, key: string) {
    const arrow = icon(label === 'Next' ? 'forward' : 'back');
    return html`<a
      class="button"
      href=${address ?? nothing}
      aria-disabled=${address ? nothing : 'true'}
      title="${label} problem, key ${key}"
      aria-keyshortcuts=${key}
      >${label === 'Next' ? html`${label} ${arrow}` : html`${arrow} ${label}`}</a
    >`;
  }

  #renderSample(sample: TeacherSample) {
    const judged = this.trace.judged.find((each) => each.sample === sample.sample);
    const title = attemptTitle(sample);
    const isTaught = judged !== undefined && judged === taughtAttempt(this.trace);
    const how =
      sample.temperature === 0
        ? 'Greedy: the likeliest token each time'
        : `Sampled at temperature ${sample.temperature}`;
    return html`<article aria-label=${title}>
      <h3>
        ${title} ${answerBadge(sample, this.trace.goldAnswer, 'Answer')}
        ${isTaught ? html`<span class="badge kept">${icon('check')} Taught</span>` : nothing}
        <span class="small soft" title=${how}
          >${sample.temperature === 0 ? 'greedy' : `temperature ${sample.temperature}`}${
            sample.hinted === true ? ', told the answer' : ''
          },
          ${formatCount(sample.tokens)} tokens</span
        >
      </h3>
      ${
        judged
          ? this.#renderJudged(judged)
          : html`${plainRationale(sample.text)}
              <p class="small soft">Feedback has not looked at it yet.</p>`
      }
    </article>`;
  }

  #renderJudged(judged: JudgedRationale) {
    return html`<ol>
        ${judged.steps.map(
          (step, index) =>
            html`<li>
              <winnow-judged-step .step=${step} .index=${index}></winnow-judged-step>
            </li>`,
        )}
      </ol>
      <p class="small soft">
        ${
          judged.accepted
            ? 'What is left is a verified chain that ends in the gold answer.'
            : 'What is left does not lead to the gold answer, so this attempt is not used.'
        }
      </p>`;
  }

  #renderTaught() {
    const { winnowed, provenance } = this.trace;
    if (provenance === null) return nothing;
    const wording = PROVENANCE_WORDING[provenance];
    return html`<section class="taught" aria-label="Winnowed rationale">
      <h3>What the student is taught <span class="badge">${wording.label}</span></h3>
      ${winnowed === null ? nothing : plainRationale(winnowed)}
      <p class="small soft">${wording.explanation}</p>
    </section>`;
  }
}

function answerBadge(sample: TeacherSample, goldAnswer: string, label: string) {
  if (sample.answer === null) {
    return html`<span class="badge wrong">${icon('cross')} No answer</span>`;
  }
  const right = sample.answer === goldAnswer;
  return html`<span class="badge ${right ? 'right' : 'wrong'}"
    >${icon(right ? 'check' : 'cross')} ${label} ${sample.answer},
    ${right ? 'right' : 'wrong'}</span
  >`;
}

function plainRationale(rationale: string) {
  const { steps, answer } = rationaleParts(rationale);
  return html`<ol class="plain">
      ${steps.map((step) => html`<li>${stepText(step)}</li>`)}
    </ol>
    ${answer === null ? nothing : html`<p class="answer">Answer: ${answer}</p>`}`;
}

customElements.define('winnow-trace-view', TraceViewElement);
