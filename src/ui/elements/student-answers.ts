/** `<winnow-student-answers>`: the same problem answered by the teacher and by every trained student, side by side. */

import { css, html, LitElement, nothing } from 'lit';
import type { Trace } from '../../rationale/trace';
import type { StudentAnswer, StudentAnswers } from '../../storage/trace-listing';
import { answerCard } from '../answer-card';
import { formatCount } from '../format';
import { rationaleStyles } from '../step-text';
import { answerCards } from '../styles/answer-cards';
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
    answerCards,
    css`
      h3 {
        margin-bottom: 0.55rem;
      }
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
                  : answerCard(
                      { title: 'Teacher, first attempt', method: '', ...greedy },
                      this.trace.goldAnswer,
                    )
              }
              ${answers.map((answer) => this.#renderStudent(answer, seeds.size > 1))}
            </div>`
      }
    </section>`;
  }

  #renderStudent({ run, record }: StudentAnswer, namesSeed: boolean) {
    const { output: text, answer, tokens } = record;
    const title = `${METHOD_WORDING[run.method].label}${namesSeed ? `, seed ${run.seed}` : ''}`;
    return answerCard({ title, method: run.method, text, answer, tokens }, this.trace.goldAnswer);
  }
}

function notAsked(asked: number): string {
  return asked === 0
    ? 'Once they are trained, the students answer some of the training problems; their answers will stand here.'
    : `The students were asked ${formatCount(asked)} of the training problems, spread over all of them; this is none of those. The condition “The students were” finds them.`;
}

customElements.define('winnow-student-answers', StudentAnswersElement);
