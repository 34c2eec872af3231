/** `<winnow-feedback-summary>`: how much of the teacher's reasoning was kept, and why the rest was not. */

import { css, html, LitElement, nothing, svg } from 'lit';
import { REASONS, type Provenance } from '../../rationale/trace';
import type { FeedbackSummary, StudySnapshot } from '../../study/snapshot';
import { formatAddress } from '../address';
import { formatCount, formatShare } from '../format';
import { verdictIcon } from '../icons';
import { base } from '../styles/base';
import './likelihood-summary';
import './rollout-summary';
import './student-loop-summary';
import { PROVENANCE_WORDING, REASON_WORDING, VERDICT_WORDING } from '../wording';

const VERDICTS = ['kept', 'repaired', 'rejected'] as const;
const PROVENANCES = [
  'teacher',
  'teacher-trimmed',
  'continued',
  'resampled',
  'hinted',
  'gold',
  'none',
] as const satisfies readonly Provenance[];

class FeedbackSummaryElement extends LitElement {
  static override properties = { snapshot: { attribute: false } };

  static override styles = [
    base,
    css`
      .panel {
        height: 100%;
      }
      h3 {
        margin: 1.1rem 0 0.35rem;
        font-size: 0.92rem;
      }
      p {
        margin-top: 0.4rem;
      }
      .stack {
        display: block;
        width: 100%;
        height: 14px;
        margin: 0.7rem 0 0.45rem;
        border-radius: 7px;
      }
      .fill-kept {
        fill: var(--kept);
      }
      .fill-repaired {
        fill: var(--repaired);
      }
      .fill-rejected {
        fill: var(--rejected);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.1rem;
        font-size: var(--text-small);
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 0.3rem;
      }
      .kept .icon {
        color: var(--kept);
      }
      .repaired .icon {
        color: var(--repaired);
      }
      .rejected .icon {
        color: var(--rejected);
      }
      .bars li {
        display: grid;
        grid-template-columns: minmax(7rem, 12rem) 1fr 3.2rem;
        align-items: center;
        gap: 0.6rem;
        font-size: var(--text-small);
        line-height: 1.35;
        padding: 0.2rem 0;
      }
      .bars svg {
        display: block;
        width: 100%;
        height: 8px;
      }
      .bars rect {
        fill: var(--line-strong);
      }
      .bars .number {
        text-align: right;
      }
    `,
  ];

  declare snapshot: StudySnapshot;

  override render() {
    const { feedback, likelihoods, rollouts, rationale, studyId } = this.snapshot;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">What the filter did</h2>
      ${
        rationale
          ? html`<p class="small soft">
              The teacher wrote ${formatCount(rationale.samples)} rationales for
              ${formatCount(rationale.problems)} problems; its first answer was right for
              ${formatShare(rationale.greedyExactMatch)} of them.
            </p>`
          : html`<p class="soft">The teacher has not written anything yet.</p>`
      }
      ${feedback ? this.#renderFeedback(feedback) : nothing}
      <winnow-student-loop-summary .snapshot=${this.snapshot}></winnow-student-loop-summary>
      ${
        likelihoods
          ? html`<winnow-likelihood-summary
              .likelihoods=${likelihoods}
            ></winnow-likelihood-summary>`
          : nothing
      }
      ${
        rollouts
          ? html`<winnow-rollout-summary .rollouts=${rollouts}></winnow-rollout-summary>`
          : nothing
      }
      ${
        rationale
          ? html`<p class="small">
              <a href=${formatAddress({ kind: 'study', studyId, view: 'traces' })}
                >Look at them, step by step</a
              >
            </p>`
          : nothing
      }
    </section>`;
  }

  #renderFeedback(feedback: FeedbackSummary) {
    const total = Math.max(1, feedback.kept + feedback.repaired + feedback.rejected);
    let x = 0;
    const segments = VERDICTS.map((verdict) => {
      const width = (100 * feedback[verdict]) / total;
      const segment = { verdict, x, width };
      x += width;
      return segment;
    });
    const reasons = REASONS.filter((reason) => feedback.byReason[reason] > 0).toSorted(
      (first, second) => feedback.byReason[second] - feedback.byReason[first],
    );
    const provenances = PROVENANCES.filter((name) => (feedback.byProvenance[name] ?? 0) > 0);
    return html`
      <svg class="stack" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        ${segments.map((segment) => bar(segment.x, segment.width, `fill-${segment.verdict}`))}
      </svg>
      <ul class="legend" aria-label="Steps by verdict">
        ${VERDICTS.map(
          (verdict) =>
            html`<li class=${verdict} title=${VERDICT_WORDING[verdict].explanation}>
              ${verdictIcon(verdict)} ${formatCount(feedback[verdict])}
              ${VERDICT_WORDING[verdict].label.toLowerCase()}
              (${formatShare(feedback[verdict] / total)})
            </li>`,
        )}
      </ul>
      ${
        reasons.length > 0
          ? html`<h3>Why steps were not kept</h3>
              <ul class="bars">
                ${reasons.map((reason) =>
                  countRow(
                    REASON_WORDING[reason],
                    feedback.byReason[reason],
                    Math.max(...reasons.map((each) => feedback.byReason[each])),
                  ),
                )}
              </ul>`
          : nothing
      }
      ${
        provenances.length > 0
          ? html`<h3>Where the taught rationales come from</h3>
              <ul class="bars">
                ${provenances.map((name) =>
                  countRow(
                    PROVENANCE_WORDING[name],
                    feedback.byProvenance[name] ?? 0,
                    Math.max(...provenances.map((each) => feedback.byProvenance[each] ?? 0)),
                  ),
                )}
              </ul>`
          : nothing
      }
    `;
  }
}

/** A bar in a drawing 100 units wide and 1 high. */
function bar(x: number, width: number, className: string) {
  return svg`<rect x=${x} y="0" width=${width} height="1" class=${className}></rect>`;
}

function countRow(
  wording: { readonly label: string; readonly explanation: string },
  count: number,
  largest: number,
) {
  return html`<li title=${wording.explanation}>
    <span>${wording.label}</span>
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      ${bar(0, (100 * count) / Math.max(1, largest), '')}
    </svg>
    <span class="number">${formatCount(count)}</span>
  </li>`;
}

customElements.define('winnow-feedback-summary', FeedbackSummaryElement);
