/** `<winnow-student-answers>`: the same problem answered by the teacher and by every trained student, side by side. */

import { css, html, LitElement, nothing, unsafeCSS } from 'lit';
import type { Trace } from '../../rationale/trace';
import type { StudentAnswer, StudentAnswers } from '../../storage/trace-listing';
import { answerBadge } from '../answer-badge';
import { formatCount } from '../format';
import { methodRules } from '../method-marks';
import { plainRationale, rationaleStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';

class StudentAnswersElement extends LitElement {
  static override properties = {
    trace: { attribute: false },
    answers: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    rationaleStyles,
    css`
      h3 {
        margin-bottom: 0.55rem;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 12.3rem), 1fr));
        gap: 0.7rem;
      }
      article {
        padding: 0.7rem 0.85rem 0.8rem;
        border: 1px solid var(--line);
        border-top: 3px solid var(--method, var(--line-strong));
        border-radius: var(--radius-small);
        background: var(--surface);
        font-size: 0.92rem;
      }
      h4 {
        font-weight: 620;
        line-height: 1.3;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
        margin: 0.3rem 0 0.5rem;
      }
      ${unsafeCSS(methodRules('--method'))}
    `,
  ];

  declare trace: Trace;
  /** Null while they are read. */
  declare answers: StudentAnswers | null;

  constructor() {
    super();
    this.answers = null;
  }

  override render() {
    if (this.answers === null) return nothing;
    const { answers, asked } = this.answers;
    const [greedy] = this.trace.samples;
    const seeds = new Set(answers.map(({ run }) => run.seed));
    return html`<section aria-label="Students and teacher side by side">
      <h3>The same problem, answered by each</h3>
      ${
        answers.length === 0
          ? html`<p class="small soft">${notAsked(asked)}</p>`
          : html`<div class="cards">
              ${
                greedy === undefined
                  ? nothing
                  : this.#renderCard('', 'Teacher, first attempt', greedy.text, greedy)
              }
              ${answers.map((answer) => this.#renderStudent(answer, seeds.size > 1))}
            </div>`
      }
    </section>`;
  }

  #renderStudent({ run, record }: StudentAnswer, namesSeed: boolean) {
    const title = `${METHOD_WORDING[run.method].label}${namesSeed ? `, seed ${run.seed}` : ''}`;
    return this.#renderCard(run.method, title, record.output, record);
  }

  #renderCard(
    className: string,
    title: string,
    text: string,
    { answer, tokens }: { readonly answer: string | null; readonly tokens: number },
  ) {
    return html`<article class=${className} aria-label=${title}>
      <h4>${title}</h4>
      <p class="facts">
        ${answerBadge(answer, this.trace.goldAnswer, 'Answer')}
        <span class="small soft">${formatCount(tokens)} tokens</span>
      </p>
      ${
        // A student of bare answers writes nothing else.
        text.trim() === answer ? nothing : plainRationale(text)
      }
    </article>`;
  }
}

function notAsked(asked: number): string {
  return asked === 0
    ? 'Once they are trained, the students answer some of the training problems; their answers will stand here.'
    : `The students were asked ${formatCount(asked)} of the training problems, spread over all of them; this is none of those. The condition “The students were” finds them.`;
}

customElements.define('winnow-student-answers', StudentAnswersElement);
