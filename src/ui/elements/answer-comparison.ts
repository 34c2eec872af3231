/** `<winnow-answer-comparison>`: a study's student beside another one's, problem by problem; and every answer as a file. */

import { css, html, LitElement, nothing } from 'lit';
import type { AnswerComparison, AnswerPair } from '../../evaluate/answer-comparison';
import type { RunProgress, StudySnapshot } from '../../study/snapshot';
import { formatCount, formatPoints, formatPointsInterval, formatPValue } from '../format';
import { icon } from '../icons';
import { fileName } from '../../study/file-name';
import { saveFile } from '../save-file';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { tables } from '../styles/tables';
import { METHOD_WORDING } from '../wording';

/** Most problems that are shown one by one; all are in the files. */
const MOST_SHOWN = 50;

class AnswerComparisonElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    other: { state: true },
    own: { state: true },
    against: { state: true },
    found: { state: true },
    message: { state: true },
  };

  static override styles = [
    base,
    controls,
    tables,
    css`
      .choice {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
        margin: 0.75rem 0;
      }
      select {
        max-width: 100%;
      }
      ol {
        display: grid;
        gap: 0.75rem;
        max-height: 26rem;
        margin: 0.75rem 0 0;
        padding: 0;
        overflow-y: auto;
        list-style: none;
      }
      li p {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  /** The study that is compared with; null until it is read. */
  declare other: StudySnapshot | null;
  /** The runs that are compared; empty for the last method of each. */
  declare own: string;
  declare against: string;
  declare found: AnswerComparison | null;
  declare message: string;
  #shownId = '';

  constructor() {
    super();
    this.other = null;
    this.own = '';
    this.against = '';
    this.found = null;
    this.message = '';
    new ServiceController(this, () => this.service);
  }

  /** Another study is shown in the same element. */
  override willUpdate(): void {
    if (this.#shownId === this.snapshot.studyId) return;
    this.#shownId = this.snapshot.studyId;
    this.other = null;
    this.own = '';
    this.against = '';
    this.found = null;
  }

  override render() {
    const { service, snapshot } = this;
    const others = service.studies.filter(({ status }) => status === 'done');
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Problem by problem</h2>
      <p class="small soft">
        Two students on the test problems that both were asked: of this study and of another one, or
        two of this one.
      </p>
      <div class="choice">
        ${this.#renderRuns('Student of this study', snapshot.runs, this.#own, (runId) => {
          this.own = runId;
        })}
        <label
          >Compared with
          <select @change=${(event: Event) => void this.#chooseStudy(event)}>
            <option value=${snapshot.studyId} .selected=${this.other === null}>this study</option>
            ${others
              .filter(({ studyId }) => studyId !== snapshot.studyId)
              .map(
                ({ studyId, name }) =>
                  html`<option value=${studyId} .selected=${studyId === this.other?.studyId}>
                    ${name}
                  </option>`,
              )}
          </select>
        </label>
        ${this.#renderRuns('Its student', (this.other ?? snapshot).runs, this.#against, (runId) => {
          this.against = runId;
        })}
        <button @click=${() => void this.#compare()}>Compare</button>
        <button class="quiet" @click=${() => void this.#save()}>
          ${icon('save')} Save all answers as JSONL
        </button>
      </div>
      <p class="small" role="status">${this.message}</p>
      ${this.found === null ? nothing : this.#renderFound(this.found)}
    </section>`;
  }

  #renderRuns(
    label: string,
    runs: readonly RunProgress[],
    chosen: string,
    choose: (runId: string) => void,
  ) {
    return html`<label
      >${label}
      <select
        @change=${({ target }: Event) => {
          if (!(target instanceof HTMLSelectElement)) return;
          this.found = null;
          choose(target.value);
        }}
      >
        ${runs.map(
          ({ runId, method }) =>
            html`<option value=${runId} .selected=${runId === chosen}>
              ${METHOD_WORDING[method].label}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #renderFound({ counts, pairs, onlyFirst, onlySecond }: AnswerComparison) {
    const differing = pairs.filter(({ first, second }) => first.correct !== second.correct);
    return html`<div class="scroll" role="region" aria-label="Comparison" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Both right</th>
              <th scope="col">Only the first</th>
              <th scope="col">Only the second</th>
              <th scope="col">Neither</th>
              <th scope="col">Second less first</th>
              <th scope="col">McNemar</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <td>${formatCount(counts.bothRight)}</td>
              <td>${formatCount(counts.onlyFirstRight)}</td>
              <td>${formatCount(counts.onlySecondRight)}</td>
              <td>${formatCount(counts.bothWrong)}</td>
              <td>
                ${formatPoints(counts.difference)}
                <span class="interval">${formatPointsInterval(counts)}</span>
              </td>
              <td>${formatPValue(counts.pValue)}</td>
            </tr>
          </tbody>
        </table>
      </div>
      ${
        onlyFirst + onlySecond === 0
          ? nothing
          : html`<p class="small soft">
              ${formatCount(onlyFirst)} problems were asked of the first alone,
              ${formatCount(onlySecond)} of the second alone.
            </p>`
      }
      ${
        differing.length === 0
          ? nothing
          : html`<p class="small">
                Problems that one of them solves,
                ${formatCount(Math.min(MOST_SHOWN, differing.length))} of
                ${formatCount(differing.length)}:
              </p>
              <ol class="small" tabindex="0" aria-label="Problems that one of them solves">
                ${differing.slice(0, MOST_SHOWN).map(renderPair)}
              </ol>`
      }`;
  }

  get #own(): string {
    return this.own === '' ? (this.snapshot.runs.at(-1)?.runId ?? '') : this.own;
  }

  get #against(): string {
    if (this.against !== '') return this.against;
    const { runs } = this.other ?? this.snapshot;
    return (this.other === null ? runs[0] : runs.at(-1))?.runId ?? '';
  }

  async #chooseStudy({ target }: Event): Promise<void> {
    if (!(target instanceof HTMLSelectElement)) return;
    const studyId = target.value;
    this.found = null;
    this.against = '';
    await this.#attempt(async () => {
      this.other =
        studyId === this.snapshot.studyId
          ? null
          : await this.service.client.request('readSnapshot', { studyId });
    });
  }

  async #compare(): Promise<void> {
    const { studyId } = this.snapshot;
    await this.#attempt(async () => {
      this.found = await this.service.client.request('compareAnswers', {
        first: { studyId, runId: this.#own },
        second: { studyId: this.other?.studyId ?? studyId, runId: this.#against },
      });
    });
  }

  async #save(): Promise<void> {
    const { studyId, name } = this.snapshot;
    await this.#attempt(async () => {
      const lines = await this.service.client.request('exportAnswers', { studyId });
      saveFile(lines, `winnow-${fileName(name)}-answers.jsonl`);
    });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.message = '';
    } catch (error) {
      this.found = null;
      this.message = error instanceof Error ? error.message : String(error);
    }
  }
}

function renderPair({ question, goldAnswer, first, second }: AnswerPair) {
  return html`<li>
    <p><strong>${question}</strong> <span class="soft">(${goldAnswer})</span></p>
    <p>${first.correct ? 'Right' : 'Wrong'}, the first: ${first.output}</p>
    <p>${second.correct ? 'Right' : 'Wrong'}, the second: ${second.output}</p>
  </li>`;
}

customElements.define('winnow-answer-comparison', AnswerComparisonElement);
