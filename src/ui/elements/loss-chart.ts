/** `<winnow-loss-chart>`: the loss of the methods as they train, with a legend of values and a table. */

import { css, html, LitElement, nothing, svg, unsafeCSS } from 'lit';
import uPlot from 'uplot';
import uPlotStyles from 'uplot/dist/uPlot.min.css?inline';
import type { Method } from '../../study/methods';
import type { RunProgress, ValidationPoint } from '../../study/snapshot';
import { alignLosses, lossChartOptions } from '../loss-chart-options';
import { formatCount, formatLoss, formatShare } from '../format';
import { markerPath, METHOD_MARKS, methodRules } from '../method-marks';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { tables } from '../styles/tables';
import { METHOD_WORDING } from '../wording';

const CHART_HEIGHT = 300;

class LossChartElement extends LitElement {
  static override properties = {
    runs: { attribute: false },
    logarithmic: { state: true },
    hovered: { state: true },
  };

  static override styles = [
    base,
    controls,
    tables,
    unsafeCSS(uPlotStyles),
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: 0.3rem 1rem;
        margin-bottom: 0.5rem;
      }
      .toggle {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
      }
      .toggle input {
        accent-color: var(--accent);
      }
      .chart {
        min-height: ${CHART_HEIGHT}px;
      }
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
  declare logarithmic: boolean;
  /** The update under the pointer, or null. */
  declare hovered: number | null;
  #plot: uPlot | null = null;
  #drawn = '';
  readonly #resize = new ResizeObserver(() => this.#fillWidth());
  readonly #scheme = window.matchMedia('(prefers-color-scheme: dark)');
  readonly #redraw = () => {
    this.#drawn = '';
    this.requestUpdate();
  };

  constructor() {
    super();
    this.runs = [];
    this.logarithmic = false;
    this.hovered = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scheme.addEventListener('change', this.#redraw);
    this.#redraw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#scheme.removeEventListener('change', this.#redraw);
    this.#resize.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = '';
  }

  override render() {
    const empty = this.runs.every((run) => run.validation.length + run.training.length === 0);
    return html`<section class="panel" aria-labelledby="title">
      <div class="head">
        <h2 id="title">Loss while training</h2>
        <label class="toggle"
          ><input
            type="checkbox"
            .checked=${this.logarithmic}
            @change=${() => (this.logarithmic = !this.logarithmic)}
          />Logarithmic scale</label
        >
      </div>
      <p class="small soft">
        How surprised each student is by a target token of problems it does not train on; lower is
        better. Faint: the same on its training problems. The targets differ between the methods, so
        compare shapes here and scores in the table.
      </p>
      ${empty ? html`<p class="soft">No student has trained yet.</p>` : nothing}
      <div class="chart" role="img" aria-label=${this.#description()} ?hidden=${empty}></div>
      ${empty ? nothing : this.#renderLegend()} ${empty ? nothing : this.#renderTable()}
    </section>`;
  }

  override updated(): void {
    const signature = `${this.logarithmic} ${this.runs
      .map((run) => `${run.runId}:${run.training.length}:${run.validation.length}:${run.update}`)
      .join(' ')}`;
    if (signature === this.#drawn) return;
    const rebuild = !this.#plot || !this.#drawn.startsWith(`${this.logarithmic} `);
    this.#drawn = signature;
    const data = alignLosses(this.runs);
    if (!rebuild && this.#plot?.series.length === data.length) {
      this.#plot.setData(data);
      return;
    }
    this.#build(data);
  }

  #build(data: uPlot.AlignedData): void {
    this.#plot?.destroy();
    this.#plot = null;
    const frame = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (!frame || data[0].length === 0) return;
    const colours = getComputedStyle(this);
    const options = lossChartOptions({
      width: Math.max(200, frame.clientWidth),
      height: CHART_HEIGHT,
      runs: this.runs,
      logarithmic: this.logarithmic,
      colour: (property) => colours.getPropertyValue(property).trim(),
      hover: (update) => (this.hovered = update),
    });
    this.#plot = new uPlot(options, data, frame);
    this.#resize.observe(frame);
  }

  #fillWidth(): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (!this.#plot || !frame || frame.clientWidth === 0) return;
    if (frame.clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: frame.clientWidth, height: CHART_HEIGHT });
    }
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

  #description(): string {
    const latest = this.runs.flatMap((run) => {
      const point = run.validation.at(-1);
      if (!point) return [];
      return `${METHOD_WORDING[run.method].label}: ${formatLoss(point.loss)} after ${formatCount(point.update)} updates`;
    });
    return `Curves of the validation loss of ${this.runs.length} methods. ${latest.join('; ')}.`;
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

customElements.define('winnow-loss-chart', LossChartElement);
