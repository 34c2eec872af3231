/** A table of the report as plain rows of text. */

import type { Proportion } from '../../study/report';
import { formatInterval, formatShare } from '../format';

export interface TableCell {
  readonly text: string;
  /** A second, smaller line, such as an interval. */
  readonly note?: string;
  /** The best of its column within its group. */
  readonly best?: boolean;
}

export interface TableRow {
  readonly label: string;
  readonly cells: readonly TableCell[];
}

export interface TableGroup {
  /** Heading and its explanation; absent in tables with one group. */
  readonly heading?: string;
  readonly explanation?: string;
  readonly rows: readonly TableRow[];
}

export interface ReportTable {
  readonly title: string;
  readonly explanation: string;
  readonly columns: readonly string[];
  readonly groups: readonly TableGroup[];
}

/** A share with its interval below it. */
export function proportionCell(proportion: Proportion, best = false): TableCell {
  if (proportion.trials === 0) return { text: '–', note: 'not measured' };
  return { text: formatShare(proportion.value), note: formatInterval(proportion), best };
}
