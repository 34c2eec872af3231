/** `<winnow-loss-table>`: the legend of the loss chart with the values under the pointer, and every validation as a table. */

import { css, html, LitElement, svg, unsafeCSS } from 'lit';
import type { Method } from '../../study/methods';
import type { RunProgress, ValidationPoint } from '../../study/snapshot';
import { formatCount, formatLoss, formatShare } from '../format';
import { markerPath, METHOD_MARKS, methodRules } from '../method-marks';
import { base } from '../styles/base';
import { tables } from '../styles/tables';
import { METHOD_WORDING } from '../wording';

class LossTableElement extends LitElement {
  static override properties = {
    runs: { attribute: false },
    hovered: { attribute: false },
  };

  static override styles = [
    base,
    tables,
    css`
      .legend {
        margin-top: 0.5rem;
      }
      .legend thead th {
        white-space: normal;
      }
      .legend th svg {
        width: 34px;
        height: 12px;
        margin-right: 0.45rem;
        vertical-align: -1px;
      }
      ${unsafeCSS(methodRules('color'))}
      .name {
        color: var(--ink);
      }
      .all {
        margin-top: 0.8rem;
      }
      .all .scroll {
        max-height: 18rem;
        overflow: auto;
        margin-top: 0.5rem;
      }
    `,
  ];

  declare runs: readonly RunProgress[];
  /** The update under the pointer, or null. */
  declare hovered: number | null;

  constructor() {
    super();
    this.runs = [];
    this.hovered = null;
  }

  override render() {
    return html`${this.#renderLegend()} ${this.#renderTable()}`;
  }

  #renderLegend() {
    return html`<div class="scroll">
      <table class="legend small">
        <caption class="visually-hidden">
          Values at the pointer, or the latest
        </caption>
        <thead>
          <tr>
            <td>${this.hovered === null ? 'Latest' : `At update ${formatCount(this.hovered)}`}</td>
            <th scope="col">Loss</th>
            <th scope="col" title="Exact match on a sample of the validation problems">
              Exact match
            </th>
            <th scope="col">Best update</th>
          </tr>
        </thead>
        <tbody>
          ${this.runs.map((run) => {
            const point = pointAt(run.validation, this.hovered);
            return html`<tr>
              <th scope="row" class=${run.method}>
                ${lineSample(run.method)}<span class="name"
                  >${METHOD_WORDING[run.method].label}</span
                >
              </th>
              <td>${point ? formatLoss(point.loss) : '–'}</td>
              <td>${point ? formatShare(point.exactMatch) : '–'}</td>
              <td>${run.bestUpdate === null ? '–' : formatCount(run.bestUpdate)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  #renderTable() {
    return html`<details class="all small">
      <summary>All validations as a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="All validations">
        <table>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col">Update</th>
              <th scope="col">Validation loss</th>
              <th scope="col">Exact match</th>
              <th scope="col">Token accuracy</th>
            </tr>
          </thead>
          <tbody>
            ${this.runs.flatMap((run) =>
              run.validation.map(
                (point) =>
                  html`<tr>
                    <th scope="row">${METHOD_WORDING[run.method].label}</th>
                    <td>${formatCount(point.update)}</td>
                    <td>${formatLoss(point.loss)}</td>
                    <td>${formatShare(point.exactMatch)}</td>
                    <td>${formatShare(point.tokenAccuracy)}</td>
                  </tr>`,
              ),
            )}
          </tbody>
        </table>
      </div>
    </details>`;
  }
}

/** The last validation at or before an update; the latest of all without one. */
function pointAt(
  points: readonly ValidationPoint[],
  update: number | null,
): ValidationPoint | undefined {
  return update === null ? points.at(-1) : points.findLast((point) => point.update <= update);
}

function lineSample(method: Method) {
  const mark = METHOD_MARKS[method];
  return html`<svg viewBox="0 0 34 12" aria-hidden="true">
    ${svg`<path d="M1 6H33" fill="none" stroke="currentColor" stroke-width="2"
        stroke-dasharray=${mark.dash.join(' ') || 'none'} />
      <path d=${markerPath(mark.marker, 17, 6, 3.6)} fill="currentColor" />`}
  </svg>`;
}

customElements.define('winnow-loss-table', LossTableElement);
