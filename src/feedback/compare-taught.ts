/** Compares what two studies of the same problems teach: what a setting of the feedback changes before any student trains. */

import * as v from 'valibot';
import { markdownTable, percent } from './measured-table';

/** What is read of a line of a study's `traces.jsonl`. */
const taughtSchema = v.object({
  problemId: v.string(),
  winnowed: v.nullable(v.string()),
  provenance: v.nullable(v.string()),
});
export type Taught = v.InferOutput<typeof taughtSchema>;

/** A problem that the two studies teach differently. */
export interface TaughtDifference {
  readonly first: Taught;
  readonly second: Taught;
}

export interface TaughtComparison {
  /** Problems of both studies. */
  readonly problems: number;
  readonly differences: readonly TaughtDifference[];
}

/**
 * The traces of a file as `npm run study` writes it.
 *
 * @throws Error naming the line that is none
 */
export function readTaught(text: string): Taught[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), taughtSchema), line);
    if (parsed.success) return [parsed.output];
    throw new Error(
      `Line ${index + 1}: expected a trace with problemId, winnowed and provenance, found something else. Give the traces.jsonl of a finished study.`,
    );
  });
}

/** @throws Error where the studies have no problem in common */
export function compareTaught(
  first: readonly Taught[],
  second: readonly Taught[],
): TaughtComparison {
  const others = new Map(second.map((taught) => [taught.problemId, taught]));
  const pairs = first.flatMap((taught): TaughtDifference[] => {
    const other = others.get(taught.problemId);
    return other === undefined ? [] : [{ first: taught, second: other }];
  });
  if (pairs.length === 0)
    throw new Error(
      'Expected two studies of the same problems, found no problem in both. Give studies with the same seed and problems.',
    );
  const differences = pairs.filter((pair) => pair.first.winnowed !== pair.second.winnowed);
  return { problems: pairs.length, differences };
}

/** How many differ, and a table of where what is taught comes from in either, as Markdown. */
export function formatComparison({ problems, differences }: TaughtComparison): string {
  const sentence = `${differences.length} of ${problems} problems (${percent(differences.length, problems)}) are taught differently.`;
  if (differences.length === 0) return sentence;
  const counts = new Map<string, { readonly pair: TaughtDifference; count: number }>();
  for (const pair of differences) {
    const key = `${pair.first.provenance} ${pair.second.provenance}`;
    const known = counts.get(key) ?? { pair, count: 0 };
    known.count += 1;
    counts.set(key, known);
  }
  const rows = [...counts.values()]
    .toSorted((one, other) => other.count - one.count)
    .map(({ pair, count }) => [
      pair.first.provenance ?? 'undecided',
      pair.second.provenance ?? 'undecided',
      `${count}`,
    ]);
  return `${sentence}\n\n${markdownTable(['first study', 'second study', 'problems'], rows)}`;
}
