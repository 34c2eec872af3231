/** `<winnow-headline-result>`: the study's result at a glance, as one sentence and a bar for each student. */

import { css, html, LitElement, nothing, svg, unsafeCSS } from 'lit';
import { methodRules } from '../method-marks';
import type { Report } from '../../study/report';
import { formatDuration, formatInterval, formatShare } from '../format';
import {
  comparisonSentences,
  headlineRows,
  headlineScale,
  headlineSentence,
  type HeadlineRow,
} from '../report/headline';
import { base } from '../styles/base';
import { METRIC_WORDING } from '../wording';

class HeadlineResultElement extends LitElement {
  static override properties = { report: { attribute: false } };

  static override styles = [
    base,
    css`
      .panel {
        display: grid;
        gap: 1.1rem clamp(1.2rem, 4vw, 3rem);
      }
      .sentence {
        margin-top: 0.4rem;
        font-size: clamp(1.05rem, 2vw, 1.2rem);
        line-height: 1.45;
      }
      .paired {
        margin-top: 0.7rem;
      }
      .paired li {
        margin-top: 0.25rem;
      }
      .bars {
        display: grid;
        gap: 0.45rem;
        align-content: center;
      }
      .bars li {
        display: grid;
        grid-template-columns: 11.5rem 1fr 4rem;
        align-items: center;
        gap: 0.75rem;
      }
      svg {
        display: block;
        width: 100%;
        height: 22px;
        overflow: visible;
      }
      .track {
        fill: var(--sunken);
      }
      .bar {
        fill: var(--line-strong);
      }
      .reference .bar {
        opacity: 0.65;
      }
      ${unsafeCSS(methodRules('fill', ' .bar'))}
      .whisker {
        stroke: var(--ink);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .value {
        text-align: right;
        font-weight: 650;
      }
      .reference {
        color: var(--ink-soft);
      }
      .reference .value {
        font-weight: 500;
      }
      @media (max-width: 34rem) {
        .bars li {
          grid-template-columns: 1fr auto;
          gap: 0.1rem 0.75rem;
        }
        .bars svg {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
      @media (min-width: 64rem) {
        .panel {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1.25fr);
        }
      }
    `,
  ];

  declare report: Report;

  override render() {
    const rows = headlineRows(this.report);
    const scale = headlineScale(rows);
    return html`<section class="panel" aria-labelledby="title">
      <div>
        <h2 id="title">Result</h2>
        <p class="sentence">${headlineSentence(this.report)}</p>
        <ul class="paired small soft">
          ${comparisonSentences(this.report).map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
        <p class="paired small soft">
          The whole study took ${formatDuration(this.report.totalMs)}.
        </p>
      </div>
      <figure>
        <ul class="bars">
          ${rows.map((row) => renderRow(row, scale))}
        </ul>
        <figcaption class="paired small soft">
          ${METRIC_WORDING.exactMatch.label} on the test problems, bars from 0 to
          ${formatShare(scale)}, whiskers: Wilson 95 % interval.
        </figcaption>
      </figure>
    </section>`;
  }
}

function renderRow(row: HeadlineRow, scale: number) {
  const { proportion } = row;
  const x = (share: number) => (100 * share) / scale;
  return html`<li
    class=${row.method ?? 'reference'}
    title="95 % interval ${formatInterval(proportion)} %, ${proportion.successes} of ${proportion.trials}"
  >
    <span>${row.label}</span>
    <svg viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="22"></rect>
      <rect class="bar" width=${x(proportion.value)} height="22"></rect>
      ${
        proportion.trials > 0
          ? svg`<path class="whisker" fill="none"
            d="M${x(proportion.low)} 11H${x(proportion.high)}M${x(proportion.low)} 7V15M${x(proportion.high)} 7V15" />`
          : nothing
      }
    </svg>
    <span class="value number">${formatShare(proportion.value)}</span>
  </li>`;
}

customElements.define('winnow-headline-result', HeadlineResultElement);
