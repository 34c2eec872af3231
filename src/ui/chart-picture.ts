/** A chart as a PNG that stands by itself: on the page's ground, with its title and a legend. */

import { markerPath, METHOD_MARKS, methodColour } from './method-marks';
import type { Method } from '../study/methods';
import { METHOD_WORDING } from './wording';

/** CSS pixels. */
const MARGIN = 16;
const LINE = 20;

export interface ChartPicture {
  readonly title: string;
  readonly chart: HTMLCanvasElement;
  readonly methods: readonly Method[];
  /** Device pixels in a CSS pixel of the chart. */
  readonly ratio: number;
  /** Reads a custom property of the page. */
  readonly colour: (property: string) => string;
}

/** @throws Error when the browser makes no picture of it */
export async function chartPicture(picture: ChartPicture): Promise<Blob> {
  const { title, chart, methods, ratio, colour } = picture;
  const canvas = document.createElement('canvas');
  canvas.width = chart.width + 2 * MARGIN * ratio;
  canvas.height = chart.height + (2 * MARGIN + (methods.length + 2) * LINE) * ratio;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures: save the CSV instead.');
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  context.fillStyle = colour('--ink');
  context.font = '600 15px system-ui, sans-serif';
  context.fillText(title, MARGIN, MARGIN + 12);
  context.drawImage(chart, MARGIN, MARGIN + 1.5 * LINE, chart.width / ratio, chart.height / ratio);
  const below = MARGIN + 2.3 * LINE + chart.height / ratio;
  methods.forEach((method, index) => drawLegend(context, method, below + index * LINE, colour));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture is too large for this browser: save the CSV.');
  return blob;
}

function drawLegend(
  context: CanvasRenderingContext2D,
  method: Method,
  y: number,
  colour: ChartPicture['colour'],
): void {
  const { dash, marker } = METHOD_MARKS[method];
  const tone = colour(methodColour(method));
  context.strokeStyle = tone;
  context.lineWidth = 2;
  context.setLineDash([...dash]);
  context.stroke(new Path2D(`M${MARGIN + 4} ${y}h38`));
  context.setLineDash([]);
  context.fillStyle = tone;
  fillOutline(context, new Path2D(markerPath(marker, MARGIN + 23, y, 3.6)));
  context.fillStyle = colour('--ink');
  context.font = '13px system-ui, sans-serif';
  context.fillText(METHOD_WORDING[method].label, MARGIN + 52, y + 4);
}

function fillOutline(context: CanvasRenderingContext2D, outline: Path2D): void {
  context.fill(outline);
}
