/** A score as a small bar, with the threshold that decides where there is one. */

import { css, html, nothing, type TemplateResult } from 'lit';

export const scoreBarStyles = css`
  .score-bar {
    position: relative;
    display: inline-block;
    width: 4.5rem;
    height: 0.5rem;
    border-radius: 999px;
    background: var(--sunken);
    box-shadow: inset 0 0 0 1px var(--line);
    vertical-align: 0.05em;
    overflow: hidden;
  }
  .score-bar > span {
    position: absolute;
    inset: 0 auto 0 0;
    border-radius: inherit;
    background: var(--kept);
  }
  .score-bar.failed > span {
    background: var(--rejected);
  }
  .score-bar > i {
    position: absolute;
    inset: 0 auto 0 0;
    border-right: 2px solid var(--ink);
  }
`;

export interface Score {
  /** 0..1, what is beyond is drawn at the end. */
  readonly value: number;
  readonly failed: boolean;
  /** On the same scale; absent where no single value decides. */
  readonly threshold?: number;
}

const percent = (share: number): string =>
  `${(100 * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0))).toFixed(1)}%`;

/** The bar alone: whoever shows it writes the numbers beside it. */
export function scoreBar({ value, failed, threshold }: Score): TemplateResult {
  return html`<span class="score-bar ${failed ? 'failed' : ''}" aria-hidden="true"
    ><span .style=${`width: ${percent(value)}`}></span>${
      threshold === undefined ? nothing : html`<i .style=${`width: ${percent(threshold)}`}></i>`
    }</span
  >`;
}
