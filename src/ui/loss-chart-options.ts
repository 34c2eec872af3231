/** What uPlot draws: the losses of every run on one axis of updates, and how each series looks. */

import uPlot from 'uplot';
import type { LossPoint, RunProgress } from '../study/snapshot';
import { formatCount } from './format';
import { markerPath, METHOD_MARKS, methodColour, type MarkerShape } from './method-marks';
import { smoothed } from './smoothing';
import { METHOD_WORDING } from './wording';

export interface LossChartSettings {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly runs: readonly RunProgress[];
  readonly logarithmic: boolean;
  /** Whether the training curves are smoothed, so that they are drawn to be read. */
  readonly smooths: boolean;
  /** Reads a custom property of the page, so that the chart follows light and dark. */
  readonly colour: (property: string) => string;
  /** Called with the update under the pointer, or null when it leaves. */
  readonly hover: (update: number | null) => void;
  /** Called when the range of updates changes, with whether it is a part of all. */
  readonly zoom: (isPart: boolean) => void;
}

/** Distances between two ticks of updates: 1, 2, 5, 10, ... up to a billion. */
const UPDATE_INCREMENTS = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/**
 * Aligned columns for uPlot: updates, then each run's training losses, the same smoothed, and its validation losses.
 *
 * @param smoothing as `smoothed` takes it; with 0 the smoothed curves are empty
 */
export function alignLosses(runs: readonly RunProgress[], smoothing: number): uPlot.AlignedData {
  const series = [
    ...runs.map((run) => run.training),
    ...runs.map((run) => (smoothing === 0 ? [] : smoothed(run.training, smoothing))),
    ...runs.map((run) => run.validation),
  ];
  const updates = [...new Set(series.flatMap((points) => points.map((point) => point.update)))];
  updates.sort((first, second) => first - second);
  return [updates, ...series.map((points) => columnOf(points, updates))];
}

function columnOf(points: readonly LossPoint[], updates: readonly number[]): (number | null)[] {
  const byUpdate = new Map(points.map((point) => [point.update, point.loss]));
  return updates.map((update) => {
    const loss = byUpdate.get(update);
    return loss !== undefined && Number.isFinite(loss) ? loss : null;
  });
}

/** Draws one marker per point; uPlot itself draws circles only. */
function markers(shape: MarkerShape): uPlot.Series.Points.PathBuilder {
  return (plot, seriesIndex, first, last) => {
    const path = new Path2D();
    const radius = 3.2 * uPlot.pxRatio;
    const column = plot.data[seriesIndex];
    for (let index = first; index <= last; index++) {
      const loss = column?.[index];
      const update = plot.data[0][index];
      if (loss === null || loss === undefined || update === undefined) continue;
      const x = plot.valToPos(update, 'x', true);
      const y = plot.valToPos(loss, 'y', true);
      path.addPath(new Path2D(markerPath(shape, x, y, radius)));
    }
    return { stroke: path, fill: path };
  };
}

/** The options of the loss chart. */
export function lossChartOptions(settings: LossChartSettings): uPlot.Options {
  const { runs, colour } = settings;
  const axis: uPlot.Axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
    labelFont: '12px system-ui, sans-serif',
  };
  return {
    width: settings.width,
    height: settings.height,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: true }, points: { show: false }, y: false },
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- uPlot declares an enum that it does not export at run time
    scales: { x: { time: false }, y: { distr: settings.logarithmic ? 3 : 1 } },
    axes: [
      {
        ...axis,
        label: 'Updates',
        labelSize: 22,
        size: 34,
        // Updates are whole numbers: a short run must not get ticks between them.
        incrs: UPDATE_INCREMENTS,
        values: (_plot, values) => values.map(formatCount),
      },
      { ...axis, label: 'Loss (nats per token)', labelSize: 20, size: 46 },
    ],
    series: [
      {},
      ...runs.map((run) => trainingSeries(run, colour, settings.smooths ? 0.2 : 0.4)),
      ...runs.map((run) => smoothedSeries(run, colour)),
      ...runs.map((run) => validationSeries(run, colour)),
    ],
    hooks: {
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          const update = typeof index === 'number' ? plot.data[0][index] : undefined;
          settings.hover(update ?? null);
        },
      ],
      setScale: [
        (plot, scale) => {
          const { min, max } = plot.scales['x'] ?? {};
          const [first, last] = [plot.data[0][0], plot.data[0].at(-1)];
          if (scale !== 'x' || typeof min !== 'number' || typeof max !== 'number') return;
          settings.zoom(min > (first ?? min) || max < (last ?? max));
        },
      ],
    },
  };
}

function trainingSeries(
  run: RunProgress,
  colour: (property: string) => string,
  alpha: number,
): uPlot.Series {
  return {
    label: `${METHOD_WORDING[run.method].label}, training`,
    stroke: colour(methodColour(run.method)),
    alpha,
    width: 1.2,
    spanGaps: true,
    points: { show: false },
  };
}

function smoothedSeries(run: RunProgress, colour: (property: string) => string): uPlot.Series {
  return {
    label: `${METHOD_WORDING[run.method].label}, training, smoothed`,
    stroke: colour(methodColour(run.method)),
    alpha: 0.6,
    width: 1.6,
    spanGaps: true,
    points: { show: false },
  };
}

function validationSeries(run: RunProgress, colour: (property: string) => string): uPlot.Series {
  const mark = METHOD_MARKS[run.method];
  const stroke = colour(methodColour(run.method));
  return {
    label: METHOD_WORDING[run.method].label,
    stroke,
    width: 2.2,
    dash: [...mark.dash],
    spanGaps: true,
    points: { show: true, stroke, fill: stroke, width: 0.5, paths: markers(mark.marker) },
  };
}
