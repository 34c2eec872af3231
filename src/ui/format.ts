/** Numbers as people read them: durations, shares, counts, bytes, p values. Units never break from their number. */

import type { TimeRange } from '../study/estimate';
import type { Proportion } from '../study/report';

const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12345` becomes `12,345`. */
export function formatCount(value: number): string {
  return counts.format(value);
}

const numbers = new Intl.NumberFormat('en', { maximumSignificantDigits: 12 });

/** A number of a setting as it is, with its thousands apart: `0.000001`, `10,000,000`. */
export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** A share 0..1 as a percentage with one decimal: `41.3 %`. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}\u00a0%` : 'not known';
}

/** The Wilson interval of a proportion in percent: `38.1–44.6`. */
export function formatInterval(proportion: Pick<Proportion, 'low' | 'high'>): string {
  return `${(proportion.low * 100).toFixed(1)}–${(proportion.high * 100).toFixed(1)}`;
}

/** A difference of two shares in percentage points, with its sign: `+12.4 points`. */
export function formatPoints(difference: number): string {
  return `${signed(difference)}\u00a0points`;
}

/** The interval of a difference of two shares, in percentage points: `+7.3 to +16.2`. */
export function formatPointsInterval({ low, high }: Pick<Proportion, 'low' | 'high'>): string {
  return `${signed(low)} to ${signed(high)}`;
}

function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(1)}`;
}

/** Milliseconds as `45 s`, `3 min 20 s` or `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'not known';
  if (ms < 1000) return `${Math.round(ms)}\u00a0ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0
      ? `${minutes}\u00a0min`
      : `${minutes}\u00a0min ${seconds % 60}\u00a0s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours}\u00a0h` : `${hours}\u00a0h ${minutes % 60}\u00a0min`;
}

/** `40 min`, or `41 min to 3 h 50 min`. */
export function formatTimeRange({ leastMs, mostMs }: TimeRange): string {
  const [least, most] = [formatDuration(leastMs), formatDuration(mostMs)];
  return least === most ? least : `${least} to ${most}`;
}

/** How fast something goes: `38 problems/s`, `4.2 updates/s`, `12 problems/min`. */
export function formatSpeed(done: number, ms: number, unit: string): string {
  const perSecond = (1000 * done) / Math.max(1, ms);
  const [pace, per] = perSecond >= 1 ? [perSecond, 's'] : [60 * perSecond, 'min'];
  return `${pace < 10 ? pace.toFixed(1) : formatCount(pace)}\u00a0${unit}/${per}`;
}

/** A remaining time, rounded so that it does not flicker: `about 3 min left`. */
export function formatRemaining(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '';
  if (ms < 10_000) return 'a few seconds left';
  if (ms < 60_000) return `about ${Math.round(ms / 10_000) * 10} s left`;
  if (ms < 3_600_000) return `about ${Math.round(ms / 60_000)} min left`;
  return `about ${(ms / 3_600_000).toFixed(1)} h left`;
}

/** Bytes in the unit that fits, decimal: `12.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}\u00a0bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  let unit: string = 'bytes';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)}\u00a0${unit}`;
}

/** A p value: never `0`, which no finite sample supports. */
export function formatPValue(pValue: number): string {
  return pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
}

/** A loss in nats with three decimals. */
export function formatLoss(loss: number): string {
  return Number.isFinite(loss) ? loss.toFixed(3) : 'not finite';
}

/** A date and time, short, in the visitor's own zone. */
export function formatMoment(epochMs: number): string {
  return new Date(epochMs).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** The clock time of a log line. */
export function formatClock(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString('en-GB');
}
