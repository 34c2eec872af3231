/** `<winnow-trace-view>`: one problem with everything the teacher wrote for it and what became of that. */

import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import type { Trace } from '../../rationale/trace';
import { ALL_TRACES, type TraceSelection } from '../../rationale/trace-listing';
import type { StudentAnswers } from '../../storage/trace-listing';
import { formatAddress, type StepPlace } from '../address';
import { answerBadge } from '../answer-badge';
import { formatCount } from '../format';
import { icon } from '../icons';
import { plainRationale, rationaleStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './judged-attempt';
import './student-answers';
import './student-rounds';
import './taught-rationale';
import './trace-history';

class TraceViewElement extends LitElement {
  static override properties = {
    trace: { attribute: false },
    answers: { attribute: false },
    place: { attribute: false },
    list: { attribute: false },
    showsGold: { attribute: false },
    position: { attribute: false },
    count: { attribute: false },
    previous: { attribute: false },
    next: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    rationaleStyles,
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
        max-width: 46rem;
        font-size: 1.12rem;
        font-weight: 500;
        line-height: 1.5;
        letter-spacing: 0;
        text-wrap: wrap;
        overflow-wrap: anywhere;
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
        margin: 1.2rem 0 1.5rem;
      }
      .columns > * {
        display: grid;
        align-content: start;
        gap: 1.4rem;
        min-width: 0;
      }
      .gold summary {
        margin-bottom: 0.55rem;
        color: var(--ink);
        font-weight: 650;
      }
      .gold kbd {
        font: inherit;
      }
      winnow-student-answers {
        margin-bottom: 1.5rem;
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
  /** Null while they are read. */
  declare answers: StudentAnswers | null;
  declare place: StepPlace | null;
  /** What is listed, for the way back. */
  declare list: TraceSelection;
  declare showsGold: boolean;
  declare position: number;
  declare count: number;
  declare previous: string | null;
  declare next: string | null;

  constructor() {
    super();
    this.answers = null;
    this.place = null;
    this.list = ALL_TRACES;
    this.showsGold = false;
  }

  override render() {
    const { trace } = this;
    return html`<article class="panel" aria-labelledby="question">
      ${this.#renderBar()}
      <h2 id="question" tabindex="-1">${trace.question}</h2>
      ${this.#renderFacts()}
      <div class="columns">
        <div>
          ${trace.samples.map(
            (sample) =>
              html`<winnow-judged-attempt
                .trace=${trace}
                .sample=${sample}
                .place=${this.place}
                .list=${this.list}
              ></winnow-judged-attempt>`,
          )}
        </div>
        <div>
          <winnow-taught-rationale .trace=${trace}></winnow-taught-rationale>
          <details class="gold" ?open=${this.showsGold} @toggle=${this.#toggleGold}>
            <summary aria-keyshortcuts="G">The author’s solution</summary>
            ${plainRationale(trace.goldRationale)}
          </details>
        </div>
      </div>
      <winnow-student-answers .trace=${trace} .answers=${this.answers}></winnow-student-answers>
      <winnow-student-rounds .trace=${trace}></winnow-student-rounds>
      <winnow-trace-history .trace=${trace}></winnow-trace-history>
    </article>`;
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get('trace');
    const moved = before !== undefined && before.problemId !== this.trace.problemId;
    const opened = changed.has('trace') && before === undefined;
    // On narrow screens the list gives way to the trace, and the focus must follow.
    if (opened && window.matchMedia('(max-width: 63.99rem)').matches) this.#focusQuestion();
    if (moved && this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement) {
      this.#focusQuestion();
    }
  }

  #renderBar() {
    const { studyId } = this.trace;
    const all = formatAddress({ kind: 'study', studyId, view: 'traces', list: this.list });
    return html`<nav class="bar" aria-label="Problems">
      <a class="button back" href=${all}>${icon('back')} All problems</a>
      ${this.#renderNeighbour(this.previous, 'Previous', 'K')}
      ${this.#renderNeighbour(this.next, 'Next', 'J')}
      <span class="small soft number"
        >${
          this.position >= 0
            ? `${formatCount(this.position + 1)} of ${formatCount(this.count)}`
            : 'not in the filtered list'
        }</span
      >
    </nav>`;
  }

  #renderFacts() {
    const { trace } = this;
    const greedy = trace.samples.find((sample) => sample.sample === 0);
    return html`<p class="facts">
      <span class="badge">${trace.difficulty} ${trace.difficulty === 1 ? 'step' : 'steps'}</span>
      <span class="badge" title="The answer that the problem’s author gives"
        >Gold answer ${trace.goldAnswer}</span
      >
      ${greedy ? answerBadge(greedy.answer, trace.goldAnswer, 'Teacher’s first answer') : nothing}
      <span class="badge" title="How this training problem is named in the study"
        >${trace.problemId}</span
      >
    </p>`;
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

  #focusQuestion(): void {
    this.renderRoot.querySelector<HTMLElement>('#question')?.focus();
  }

  #toggleGold(event: Event): void {
    if (!(event.target instanceof HTMLDetailsElement)) return;
    if (event.target.open === this.showsGold) return;
    this.dispatchEvent(new CustomEvent('winnow-gold', { detail: event.target.open }));
  }
}

customElements.define('winnow-trace-view', TraceViewElement);
