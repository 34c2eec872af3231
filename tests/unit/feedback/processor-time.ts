/** Processor time of a piece of work: unlike the clock it does not count what other programs do meanwhile. */

/** Seconds of processor time that `work` takes. */
export function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
