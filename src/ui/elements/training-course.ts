/** `<winnow-training-course>`: how training goes beside the loss: learning rate, gradient norm, speed and memory of each method. */

import { css, html, LitElement, nothing, svg, unsafeCSS } from 'lit';
import type { RunProgress, TrainingPoint } from '../../study/snapshot';
import { formatBytes, formatCount } from '../format';
import { METHOD_MARKS, methodRules } from '../method-marks';
import { base } from '../styles/base';
import { METHOD_WORDING } from '../wording';

/** The drawing's own units; it is stretched to the room there is. */
const WIDTH = 300;
const HEIGHT = 70;

interface Measure {
  readonly title: string;
  readonly explanation: string;
  readonly of: (point: TrainingPoint) => number | undefined;
  readonly format: (value: number) => string;
}

const MEASURES: readonly Measure[] = [
  {
    title: 'Learning rate',
    explanation: 'Rises during the warm-up, then falls to nothing.',
    of: ({ learningRate }) => learningRate,
    format: (value) => value.toExponential(1),
  },
  {
    title: 'Gradient norm',
    explanation: 'The length of the gradient before it is clipped; jumps are hard batches.',
    of: ({ gradientNorm }) => gradientNorm,
    format: (value) => value.toPrecision(3),
  },
  {
    title: 'Target tokens a second',
    explanation: 'While updates are computed; validations and checkpoints are not counted.',
    of: ({ tokensPerSecond }) => tokensPerSecond,
    format: formatCount,
  },
  {
    title: 'Device memory',
    explanation: 'In use after an update; within one more is in use for a moment.',
    of: ({ memoryBytes }) => memoryBytes,
    format: formatBytes,
  },
];

class TrainingCourseElement extends LitElement {
  static override properties = { runs: { attribute: false } };

  static override styles = [
    base,
    css`
      .measures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
        gap: 1rem 1.5rem;
        margin-top: 0.6rem;
      }
      h3 {
        font-size: 0.92rem;
      }
      .latest {
        font-size: 1.1rem;
        font-variant-numeric: tabular-nums;
      }
      svg {
        display: block;
        width: 100%;
        height: 4.4rem;
        margin: 0.3rem 0;
        border-bottom: 1px solid var(--line-strong);
        overflow: visible;
      }
      path {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.6;
        vector-effect: non-scaling-stroke;
      }
      ${unsafeCSS(methodRules('color'))}
    `,
  ];

  declare runs: readonly RunProgress[];

  constructor() {
    super();
    this.runs = [];
  }

  override render() {
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">The course of training</h2>
      <p class="small soft">
        Each method in its colour and dash of the chart above, over the updates; the number is the
        latest.
      </p>
      <div class="measures">${MEASURES.map((measure) => this.#renderMeasure(measure))}</div>
    </section>`;
  }

  #renderMeasure({ title, explanation, of, format }: Measure) {
    const curves = this.runs.map((run) => ({ method: run.method, points: valuesOf(run, of) }));
    const values = curves.flatMap(({ points }) => points.map(([, value]) => value));
    const most = Math.max(...values);
    const last = Math.max(1, ...this.runs.map(({ totalUpdates }) => totalUpdates));
    const latest = this.#latest?.training.flatMap((point) => of(point) ?? []).at(-1);
    if (values.length === 0) return nothing;
    const spoken = `${title} of ${curves.length} methods, at most ${format(most)}`;
    return html`<div>
      <h3>${title}</h3>
      <p class="latest">
        ${latest === undefined ? '–' : format(latest)}
        <span class="small soft">of at most ${format(most)}</span>
      </p>
      <svg
        viewBox="0 0 ${WIDTH} ${HEIGHT}"
        preserveAspectRatio="none"
        role="img"
        aria-label=${spoken}
      >
        ${curves.map(
          ({ method, points }) =>
            svg`<path class=${method} stroke-dasharray=${METHOD_MARKS[method].dash.join(' ') || 'none'}
              d=${linePath(points, last, most)}><title>${METHOD_WORDING[method].label}</title></path>`,
        )}
      </svg>
      <p class="small soft">${explanation}</p>
    </div>`;
  }

  /** The run that trains, or trained last. */
  get #latest(): RunProgress | undefined {
    const begun = this.runs.filter(({ training }) => training.length > 0);
    return begun.find(({ state }) => state === 'running') ?? begun.at(-1);
  }
}

function valuesOf(run: RunProgress, of: Measure['of']): [update: number, value: number][] {
  return run.training.flatMap((point): [number, number][] => {
    const value = of(point);
    return value !== undefined && Number.isFinite(value) ? [[point.update, value]] : [];
  });
}

function linePath(points: readonly [number, number][], last: number, most: number): string {
  return points
    .map(([update, value], index) => {
      const x = (WIDTH * update) / last;
      const y = HEIGHT - (most === 0 ? 0 : ((HEIGHT - 4) * value) / most);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

customElements.define('winnow-training-course', TrainingCourseElement);
