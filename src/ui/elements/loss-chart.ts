/** `<winnow-loss-chart>`: the loss of the methods as they train, to be smoothed, zoomed into and saved. */

import { css, html, LitElement, nothing, unsafeCSS } from 'lit';
import uPlot from 'uplot';
import uPlotStyles from 'uplot/dist/uPlot.min.css?inline';
import type { RunProgress } from '../../study/snapshot';
import { chartPicture } from '../chart-picture';
import { curvesCsv } from '../curves-csv';
import { icon } from '../icons';
import { fileName } from '../../study/file-name';
import { saveFile } from '../save-file';
import { alignLosses, lossChartOptions } from '../loss-chart-options';
import { formatCount, formatLoss, formatShare } from '../format';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';
import './loss-table';

const CHART_HEIGHT = 300;

class LossChartElement extends LitElement {
  static override properties = {
    runs: { attribute: false },
    study: {},
    logarithmic: { state: true },
    smoothing: { state: true },
    hovered: { state: true },
    isPart: { state: true },
    problem: { state: true },
  };

  static override styles = [
    base,
    controls,
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
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.8rem;
      }
      .controls button {
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        font-size: var(--text-small);
      }
      .toggle input[type='range'] {
        width: 6rem;
      }
      .error {
        color: var(--rejected);
      }
    `,
  ];

  declare runs: readonly RunProgress[];
  /** The name of the study, for what is saved. */
  declare study: string;
  declare logarithmic: boolean;
  /** Share of the average before that stays in each point of the training curves, 0 for as they are. */
  declare smoothing: number;
  /** The update under the pointer, or null. */
  declare hovered: number | null;
  /** Whether a part of the updates is shown. */
  declare isPart: boolean;
  declare problem: string;
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
    this.study = '';
    this.logarithmic = false;
    this.smoothing = 0.8;
    this.hovered = null;
    this.isPart = false;
    this.problem = '';
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
        ${empty ? nothing : this.#renderControls()}
      </div>
      <p class="small soft">
        How surprised each student is by a target token of problems it does not train on; lower is
        better. Thin: the same on its training problems, as it is and smoothed. The targets differ
        between the methods, so compare shapes here and scores in the table. Drag over the chart to
        look at a part of it.
      </p>
      ${empty ? html`<p class="soft">No student has trained yet.</p>` : nothing}
      <div class="chart" role="img" aria-label=${this.#description()} ?hidden=${empty}></div>
      ${
        empty
          ? nothing
          : html`<winnow-loss-table
              .runs=${this.runs}
              .hovered=${this.hovered}
            ></winnow-loss-table>`
      }
      ${this.problem ? html`<p class="small error" role="alert">${this.problem}</p>` : nothing}
    </section>`;
  }

  #renderControls() {
    return html`<div class="controls">
      <label
        class="toggle"
        title="Each point of the training curve keeps so much of those before it"
        >Smoothing
        <input
          type="range"
          min="0"
          max="0.98"
          step="0.02"
          aria-valuetext=${formatShare(this.smoothing)}
          .value=${String(this.smoothing)}
          @input=${this.#changeSmoothing}
        />
      </label>
      <label class="toggle"
        ><input
          type="checkbox"
          .checked=${this.logarithmic}
          @change=${() => (this.logarithmic = !this.logarithmic)}
        />Logarithmic scale</label
      >
      ${
        this.isPart
          ? html`<button @click=${() => this.#showAll()}>${icon('undo')} Whole range</button>`
          : nothing
      }
      <button title="Save the chart as a picture" @click=${() => void this.#savePicture()}>
        ${icon('save')} PNG
      </button>
      <button title="Save all points of the curves as a table" @click=${() => this.#saveTable()}>
        ${icon('save')} CSV
      </button>
    </div>`;
  }

  override updated(): void {
    const way = `${this.logarithmic} ${this.smoothing}`;
    const signature = `${way} ${this.runs
      .map((run) => `${run.runId}:${run.training.length}:${run.validation.length}:${run.update}`)
      .join(' ')}`;
    if (signature === this.#drawn) return;
    const rebuild = !this.#plot || !this.#drawn.startsWith(`${way} `);
    this.#drawn = signature;
    const data = alignLosses(this.runs, this.smoothing);
    if (rebuild || this.#plot?.series.length !== data.length) {
      this.#build(data);
      return;
    }
    // Whoever looks at a part goes on looking at it.
    this.#plot.setData(data, !this.isPart);
    if (this.isPart) this.#plot.redraw();
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
      smooths: this.smoothing > 0,
      colour: (property) => colours.getPropertyValue(property).trim(),
      hover: (update) => (this.hovered = update),
      zoom: (isPart) => (this.isPart = isPart),
    });
    this.#plot = new uPlot(options, data, frame);
    this.#resize.observe(frame);
  }

  #changeSmoothing({ target }: Event): void {
    if (target instanceof HTMLInputElement) this.smoothing = target.valueAsNumber;
  }

  #showAll(): void {
    this.#plot?.setData(this.#plot.data, true);
  }

  async #savePicture(): Promise<void> {
    const plot = this.#plot;
    if (plot === null) return;
    const colours = getComputedStyle(this);
    try {
      const picture = await chartPicture({
        title: `Loss while training${this.study === '' ? '' : `, ${this.study}`}`,
        chart: plot.ctx.canvas,
        methods: this.runs.map(({ method }) => method),
        ratio: uPlot.pxRatio,
        colour: (property) => colours.getPropertyValue(property).trim(),
      });
      this.problem = '';
      saveFile(picture, `winnow-${fileName(this.study)}-loss.png`);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  #saveTable(): void {
    const table = new Blob([curvesCsv(this.runs)], { type: 'text/csv' });
    saveFile(table, `winnow-${fileName(this.study)}-curves.csv`);
  }

  #fillWidth(): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.chart');
    if (!this.#plot || !frame || frame.clientWidth === 0) return;
    if (frame.clientWidth !== this.#plot.width) {
      this.#plot.setSize({ width: frame.clientWidth, height: CHART_HEIGHT });
    }
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

customElements.define('winnow-loss-chart', LossChartElement);
