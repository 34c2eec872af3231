/** A download's progress as one sentence for people. */

import type { DownloadProgress } from './speed';

const MEGABYTE = 1_000_000;

export function downloadSentence(name: string, progress: DownloadProgress): string {
  const { bytes, total, speed, remainingMs } = progress;
  const megabytes = (count: number) => (count / MEGABYTE).toFixed(count < 10 * MEGABYTE ? 1 : 0);
  const parts = [
    total === null
      ? `${megabytes(bytes)} MB`
      : `${megabytes(bytes)} of ${megabytes(total)} MB (${Math.floor((100 * bytes) / total)} %)`,
  ];
  if (speed !== null) parts.push(`${megabytes(speed)} MB a second`);
  if (remainingMs !== null) parts.push(`about ${remaining(remainingMs)} left`);
  return `Downloading ${name}: ${parts.join(', ')}`;
}

function remaining(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
