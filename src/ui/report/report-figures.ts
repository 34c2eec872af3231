/** The two figures of the saved report as inline SVG: the bars of the result and the curves of the loss. */

import type { Report } from '../../study/report';
import type { LossPoint, RunProgress } from '../../study/snapshot';
import { formatCount, formatShare } from '../format';
import { markerPath, METHOD_MARKS } from '../method-marks';
import { METHOD_WORDING } from '../wording';
import { type EscapedHtml, markup, NOTHING } from './escaped-html';
import { headlineRows, headlineScale } from './headline';

const WIDTH = 860;
const BAR_ROW = 34;
/** Room for the longest label, `Rationales with the right answer`. */
const LABEL_WIDTH = 220;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - 70;

/** One horizontal bar with its interval for each student and the teacher. */
export function resultFigure(report: Report): EscapedHtml {
  const rows = headlineRows(report);
  const scale = headlineScale(rows);
  const x = (share: number) => rounded(LABEL_WIDTH + (BAR_WIDTH * share) / scale);
  const bars = rows.map(({ label, method, proportion }, index) => {
    const top = index * BAR_ROW + 4;
    const middle = top + 12;
    const whisker = `M${x(proportion.low)} ${middle}H${x(proportion.high)}M${x(proportion.low)} ${middle - 5}v10M${x(proportion.high)} ${middle - 5}v10`;
    return markup`<g class="${method ?? 'reference'}">
<text x="0" y="${middle + 4}">${label}</text>
<rect x="${LABEL_WIDTH}" y="${top}" width="${rounded(x(proportion.value) - LABEL_WIDTH)}" height="24" rx="3" fill="currentColor"/>
<path d="${whisker}" fill="none" stroke="var(--ink)" stroke-width="1.5"/>
<text x="${WIDTH}" y="${middle + 4}" text-anchor="end" font-weight="650">${formatShare(proportion.value)}</text>
</g>
`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${rows.length * BAR_ROW}" role="img" aria-label="Exact match on the test problems, with 95 percent intervals">
${bars}</svg>`;
}

const CURVE_HEIGHT = 340;
const FRAME = { left: 52, right: 12, top: 12, bottom: 40 } as const;

/** The loss curves of every run: training faint, validation with its dash and markers. */
export function lossFigure(runs: readonly RunProgress[]): EscapedHtml {
  const all = runs.flatMap((run) => [...run.training, ...run.validation]).filter(finite);
  if (all.length === 0) return NOTHING;
  const largestUpdate = Math.max(1, ...all.map((point) => point.update));
  const highest = Math.max(...all.map((point) => point.loss));
  const lowest = Math.min(0, ...all.map((point) => point.loss));
  const span = highest - lowest || 1;
  const x = (update: number) =>
    rounded(FRAME.left + ((WIDTH - FRAME.left - FRAME.right) * update) / largestUpdate);
  const y = (loss: number) =>
    rounded(FRAME.top + (CURVE_HEIGHT - FRAME.top - FRAME.bottom) * (1 - (loss - lowest) / span));
  const line = (points: readonly LossPoint[]) =>
    points
      .filter(finite)
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.update)} ${y(point.loss)}`)
      .join('');
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const loss = lowest + share * span;
    const update = Math.round(share * largestUpdate);
    return markup`<path class="axis" d="M${FRAME.left} ${y(loss)}H${WIDTH - FRAME.right}"/>
<text class="soft" x="${FRAME.left - 8}" y="${y(loss) + 4}" text-anchor="end">${loss.toFixed(2)}</text>
<text class="soft" x="${x(update)}" y="${CURVE_HEIGHT - FRAME.bottom + 18}" text-anchor="${share === 1 ? 'end' : 'middle'}">${formatCount(update)}</text>
`;
  });
  const curves = runs.map((run) => {
    const mark = METHOD_MARKS[run.method];
    const marks = run.validation
      .filter(finite)
      .map((point) => markerPath(mark.marker, x(point.update), y(point.loss), 3.4))
      .join('');
    return markup`<g class="${run.method}" fill="none" stroke="currentColor">
<path d="${line(run.training)}" stroke-width="1" opacity="0.28"/>
<path d="${line(run.validation)}" stroke-width="2.2" stroke-dasharray="${mark.dash.join(' ') || 'none'}"/>
<path d="${marks}" fill="currentColor" stroke="none"/>
</g>
`;
  });
  return markup`<svg viewBox="0 0 ${WIDTH} ${CURVE_HEIGHT}" role="img" aria-label="Validation and training loss by update">
${ticks}${curves}<text class="soft" x="${WIDTH / 2}" y="${CURVE_HEIGHT - 4}" text-anchor="middle">Updates</text>
</svg>
${legend(runs)}`;
}

const LEGEND_COLUMNS = 3;
const LEGEND_ROW = 20;

function legend(runs: readonly RunProgress[]): EscapedHtml {
  const items = runs.map((run, index) => {
    const mark = METHOD_MARKS[run.method];
    const left = rounded((index % LEGEND_COLUMNS) * (WIDTH / LEGEND_COLUMNS));
    const middle = 10 + Math.floor(index / LEGEND_COLUMNS) * LEGEND_ROW;
    return markup`<g class="${run.method}"><path d="M${left} ${middle}h36" stroke="currentColor" stroke-width="2.2" stroke-dasharray="${mark.dash.join(' ') || 'none'}"/>
<path d="${markerPath(mark.marker, left + 18, middle, 3.6)}" fill="currentColor"/>
<text x="${left + 44}" y="${middle + 4}">${METHOD_WORDING[run.method].label}</text></g>
`;
  });
  const rows = Math.ceil(runs.length / LEGEND_COLUMNS);
  return markup`<svg viewBox="0 0 ${WIDTH} ${rows * LEGEND_ROW}" aria-hidden="true">${items}</svg>`;
}

function finite(point: LossPoint): boolean {
  return Number.isFinite(point.loss);
}

/** A coordinate with one decimal: more only makes the file larger. */
function rounded(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}
