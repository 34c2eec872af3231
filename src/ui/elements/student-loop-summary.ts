/** `<winnow-student-loop-summary>`: what the examinations of the student between its rounds of training came to. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudentLoopSummary, StudySnapshot } from '../../study/snapshot';
import { roundScores } from '../../study/training-round';
import { formatCount, formatDuration, formatShare } from '../format';
import { base } from '../styles/base';

class StudentLoopSummaryElement extends LitElement {
  static override properties = { snapshot: { attribute: false } };

  static override styles = [
    base,
    css`
      h3 {
        margin: 1.1rem 0 0.35rem;
        font-size: 0.92rem;
      }
      li {
        margin-top: 0.3rem;
        font-size: var(--text-small);
      }
    `,
  ];

  declare snapshot: StudySnapshot;

  override render() {
    const { studentLoop = [], runs } = this.snapshot;
    if (studentLoop.length === 0) return nothing;
    const scored = runs.flatMap((run) =>
      run.rounds === undefined ? [] : [{ method: run.method, scores: roundScores(run) }],
    );
    return html`<h3>What the student found hard</h3>
      <ul>
        ${studentLoop.map((summary) => html`<li>${describe(summary)}</li>`)}
        ${scored.map(
          ({ method, scores }) =>
            html`<li>
              Exact match of method ${method} on validation, round by round:
              ${scores.map((score) => formatShare(score)).join(', ')}.
            </li>`,
        )}
      </ul>`;
  }
}

function describe(summary: StudentLoopSummary): string {
  const { round, problems, failedProblems, steps, failedSteps, replaced } = summary;
  return `After round ${round}, forced along ${formatCount(problems)} problems, it failed at ${formatCount(failedSteps)} of ${formatCount(steps)} steps, in ${formatCount(failedProblems)} problems; ${formatCount(replaced)} of them are taught in other words since. The student wrote ${formatCount(summary.studentTokens)} tokens for it, the teacher ${formatCount(summary.teacherTokens)}, in ${formatDuration(summary.elapsedMs)}.`;
}

customElements.define('winnow-student-loop-summary', StudentLoopSummaryElement);
