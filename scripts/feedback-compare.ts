/** Compares what two finished studies teach: `npm run feedback:compare -- FILE FILE [--show N]`. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareTaught, formatComparison, readTaught } from '../src/feedback/compare-taught';

const USAGE = `Usage: npm run feedback:compare -- FILE FILE [--show N]
Each FILE is the traces.jsonl of a study, as npm run study writes it; both of the same problems.
--show N prints the first N problems that are taught differently (0).`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string', default: '0' } },
});
const [first, second] = positionals;
const shown = Number(values.show);
if (first === undefined || second === undefined || !Number.isSafeInteger(shown) || shown < 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const read = (path: string) => readTaught(readFileSync(path, 'utf8'));
  const comparison = compareTaught(read(first), read(second));
  console.log(formatComparison(comparison));
  for (const { first: one, second: other } of comparison.differences.slice(0, shown))
    console.log(
      `\n${one.problemId}\n- ${one.provenance}: ${one.winnowed}\n- ${other.provenance}: ${other.winnowed}`,
    );
}
