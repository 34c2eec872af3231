/** `<winnow-test-browser>`: the test problems with who solved which, and one of them answered by teacher and students side by side. */

import { html, LitElement, nothing } from 'lit';
import type { TestAnswers, TestSubject } from '../../storage/test-answers';
import type { StudySnapshot } from '../../study/snapshot';
import { STUDENT_BEFORE, TEACHER } from '../../study/subjects';
import { formatAddress } from '../address';
import { answerCard } from '../answer-card';
import { formatCount } from '../format';
import { icon } from '../icons';
import { plainRationale, rationaleStyles } from '../step-text';
import type { StudyService } from '../study-service';
import { answerCards } from '../styles/answer-cards';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { tables } from '../styles/tables';
import { testBrowser } from '../styles/test-browser';
import {
  filteredTests,
  NO_TEST_FILTER,
  TEST_OUTCOMES,
  type TestFilter,
  type TestOutcome,
} from '../test-filter';
import { METHOD_WORDING } from '../wording';

/** Rows that are rendered at first, and more at a time. */
const PAGE = 50;

const OUTCOME_LABELS: Readonly<Record<TestOutcome, string>> = {
  any: 'did as they did',
  disagree: 'disagree',
  'all-right': 'are all right',
  'all-wrong': 'are all wrong',
};

class TestBrowserElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    problemId: { attribute: false },
    found: { state: true },
    filter: { state: true },
    shown: { state: true },
    message: { state: true },
  };

  static override styles = [base, controls, tables, rationaleStyles, answerCards, testBrowser];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  /** The problem that is open; null where none is. */
  declare problemId: string | null;
  /** Null while it is read. */
  declare found: TestAnswers | null;
  declare filter: TestFilter;
  /** Rows rendered at most. */
  declare shown: number;
  declare message: string;
  #readFor = '';

  constructor() {
    super();
    this.problemId = null;
    this.found = null;
    this.filter = NO_TEST_FILTER;
    this.shown = PAGE;
    this.message = '';
  }

  override updated(): void {
    // Read again when an evaluation has ended, and not with each of its batches.
    const { studyId, stages } = this.snapshot;
    const wanted = `${studyId} ${stages.evaluate.state}`;
    if (wanted === this.#readFor) return;
    this.#readFor = wanted;
    void this.#read();
  }

  override render() {
    const { found } = this;
    if (this.message) return html`<p class="panel" role="alert">${this.message}</p>`;
    if (found === null) return html`<p class="panel soft" aria-busy="true">Reading the answers</p>`;
    if (found.subjects.length === 0) {
      return html`<p class="panel soft">
        Nobody has been asked the test problems yet. At the end of a study the teacher and every
        student are; their answers will stand here side by side.
      </p>`;
    }
    const indices = filteredTests(found, this.filter);
    return html`${this.#renderOpen(found)}
      <section class="panel" aria-labelledby="title">
        <h2 id="title">Who solved which test problem</h2>
        ${this.#renderFilters(found, indices.length)} ${this.#renderTable(found, indices)}
      </section>`;
  }

  #renderFilters({ problems, subjects }: TestAnswers, count: number) {
    const { filter } = this;
    return html`<form
      role="search"
      aria-label="Filter the test problems"
      @submit=${(event: Event) => event.preventDefault()}
    >
      <label
        >Search questions
        <input
          type="search"
          maxlength="200"
          autocomplete="off"
          .value=${filter.text}
          @input=${(event: Event) => this.#change({ text: valueOf(event) })}
        />
      </label>
      <label
        >The students
        <select
          @change=${(event: Event) => {
            const outcome = TEST_OUTCOMES.find((each) => each === valueOf(event));
            if (outcome !== undefined) this.#change({ outcome });
          }}
        >
          ${TEST_OUTCOMES.map(
            (outcome) =>
              html`<option value=${outcome} .selected=${outcome === filter.outcome}>
                ${OUTCOME_LABELS[outcome]}
              </option>`,
          )}
        </select>
      </label>
      ${this.#renderSubjects('Right was', 'right', subjects)}
      ${this.#renderSubjects('Wrong was', 'wrong', subjects)}
      <p class="small" role="status">
        ${formatCount(count)} of ${formatCount(problems.length)} test problems
      </p>
    </form>`;
  }

  #renderSubjects(label: string, which: 'right' | 'wrong', subjects: readonly TestSubject[]) {
    return html`<label
      >${label}
      <select @change=${(event: Event) => this.#change({ [which]: valueOf(event) })}>
        <option value="">whoever</option>
        ${subjects.map(
          (subject) =>
            html`<option value=${subject.name} .selected=${this.filter[which] === subject.name}>
              ${this.#label(subject)}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #renderTable({ problems, subjects }: TestAnswers, indices: readonly number[]) {
    return html`<div
        class="scroll"
        role="region"
        aria-label="Marks of the test problems"
        tabindex="0"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Problem</th>
              ${subjects.map((subject) => html`<th scope="col">${this.#label(subject)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${indices.slice(0, this.shown).map((index) => {
              const problem = problems[index];
              if (problem === undefined) return nothing;
              return html`<tr class=${problem.id === this.problemId ? 'open' : ''}>
                <th scope="row">
                  <a
                    href=${this.#addressOf(problem.id)}
                    aria-current=${problem.id === this.problemId ? 'true' : nothing}
                    >${problem.question}</a
                  >
                </th>
                ${subjects.map(({ answers }) => renderMark(answers[index]?.correct ?? null))}
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
      ${
        indices.length > this.shown
          ? html`<button class="more" @click=${() => (this.shown += PAGE)}>
              Show ${formatCount(Math.min(PAGE, indices.length - this.shown))} more
            </button>`
          : nothing
      }`;
  }

  #renderOpen({ problems, subjects }: TestAnswers) {
    if (this.problemId === null) return nothing;
    const index = problems.findIndex(({ id }) => id === this.problemId);
    const problem = problems[index];
    if (problem === undefined) {
      return html`<p class="panel" role="alert">This study has no such test problem.</p>`;
    }
    return html`<article class="panel" aria-labelledby="question">
      <h2 id="question">${problem.question}</h2>
      <p class="small soft">
        Gold answer ${problem.goldAnswer}, ${problem.difficulty}
        ${problem.difficulty === 1 ? 'step' : 'steps'}, ${problem.id}
      </p>
      <h3>The same problem, answered by each</h3>
      <div class="cards">
        ${subjects.map((subject) => {
          const given = subject.answers[index];
          if (!given) return nothing;
          const { output: text, answer, tokens } = given;
          const shown = { title: this.#label(subject), text, answer, tokens };
          return answerCard({ ...shown, method: subject.run?.method ?? '' }, problem.goldAnswer);
        })}
      </div>
      <details>
        <summary>The author’s solution</summary>
        ${plainRationale(problem.goldRationale)}
      </details>
    </article>`;
  }

  #label({ run, name }: TestSubject): string {
    if (run !== null) return METHOD_WORDING[run.method].label;
    return REFERENCES[name] ?? name;
  }

  #addressOf(problemId: string): string {
    const { studyId } = this.snapshot;
    return formatAddress({ kind: 'study', studyId, view: 'tests', problemId });
  }

  #change(part: Partial<TestFilter>): void {
    this.filter = { ...this.filter, ...part };
    this.shown = PAGE;
  }

  async #read(): Promise<void> {
    const { studyId } = this.snapshot;
    try {
      this.found = await this.service.client.request('readTestAnswers', { studyId });
      this.message = '';
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }
}

const REFERENCES: Readonly<Record<string, string>> = {
  [TEACHER]: 'Teacher',
  [STUDENT_BEFORE]: 'Student before training',
};

function renderMark(correct: boolean | null) {
  if (correct === null) return html`<td class="soft">–</td>`;
  const word = correct ? 'right' : 'wrong';
  return html`<td class=${word}>
    ${icon(correct ? 'check' : 'cross')}<span class="visually-hidden">${word}</span>
  </td>`;
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
    ? target.value
    : '';
}

customElements.define('winnow-test-browser', TestBrowserElement);
