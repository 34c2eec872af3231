/** What two runs of the same study have in common to the last bit: everything but names, times and memory. */

const VARYING: ReadonlySet<string> = new Set([
  'studyId',
  'runId',
  'elapsedMs',
  'seconds',
  'finishedAt',
  'totalMs',
  'cost',
  'softTargetsMs',
  'peakMemoryBytes',
  'memoryBytes',
  'tokensPerSecond',
  'createdAt',
  'remainingMs',
]);

/** A copy without what may differ, and with the study's id wherever it is part of a name replaced. */
export function withoutTimes(value: unknown, studyId: string): unknown {
  const text = JSON.stringify(value, (key, member: unknown) =>
    VARYING.has(key) ? undefined : member,
  ).replaceAll(studyId, 'STUDY');
  const parsed: unknown = JSON.parse(text);
  return parsed;
}
