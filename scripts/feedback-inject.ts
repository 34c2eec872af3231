/** Measures the feedback checks on injected errors: `npx tsx scripts/feedback-inject.ts [FILE] [options]`. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { corruptAll, drawPocketProblems, superfluousSteps } from '../src/feedback/injection/inject';
import type { CorruptedRationale } from '../src/feedback/injection/corruption';
import { CORRUPTION_KINDS } from '../src/feedback/injection/corruption';
import type { InjectionJudge } from '../src/feedback/injection/measure';
import { formatInjection, measureInjection } from '../src/feedback/injection/measure';
import type { JudgeContext } from '../src/feedback/judge';
import { judgeRationale } from '../src/feedback/judge';
import { readLabelledChains } from '../src/feedback/labelled-chains';

const GSM8K_TEST = join(process.env['WINNOW_DATA'] ?? '../shared/data', 'gsm8k/test.jsonl');

const USAGE = `Usage: npm run feedback:inject -- [FILE] [--problems N] [--pocket N] [--seed N] [--show KIND]
Puts one error of each kind into clean rationales and says which of them the checks find.
FILE is GSM8K's JSONL (question, answer); without it ${GSM8K_TEST}, which is left out where it is absent.
--problems N  how many problems of FILE (1000)
--pocket N    how many pocket problems (1000)
--seed N      of the errors and the pocket problems (1)
--show KIND   prints what was missed and what was falsely rejected: clean, ${CORRUPTION_KINDS.join(', ')}.`;

/** Most misses of one fault and judge that --show prints. */
const MOST_SHOWN = 20;

const JUDGES: readonly InjectionJudge[] = [
  { name: 'rules only', rulesOnly: true },
  { name: '+ gold values', rulesOnly: false },
].map(({ name, rulesOnly }) => ({
  name,
  judge: (cases) =>
    Promise.resolve(
      cases.map(({ text, context }) =>
        judgeRationale(text, context, { trimRedundant: true, rulesOnly }),
      ),
    ),
}));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    problems: { type: 'string', default: '1000' },
    pocket: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [problems, pocket, seed] = [values.problems, values.pocket, values.seed].map(Number);
const kinds: readonly string[] = ['clean', ...CORRUPTION_KINDS];
const usable = (count: number | undefined): count is number =>
  count !== undefined && Number.isSafeInteger(count) && count >= 0;

async function report(
  title: string,
  clean: readonly JudgeContext[],
  corrupted: readonly CorruptedRationale[],
): Promise<void> {
  const score = await measureInjection(clean, corrupted, JUDGES);
  console.log(`${title}\n\n${formatInjection(score)}\n`);
  if (values.show === undefined) return;
  for (const { name } of JUDGES)
    for (const fault of ['not found', 'rejected'] as const) {
      const misses = score.misses.filter(
        (miss) => miss.kind === values.show && miss.judge === name && miss.fault === fault,
      );
      for (const { step, message, text, question } of misses.slice(0, MOST_SHOWN))
        console.log(`${name}, ${fault}: ${step}\n  ${message}\n  of ${text}\n  to ${question}`);
    }
}

if (
  values.help === true ||
  !usable(problems) ||
  !usable(pocket) ||
  !usable(seed) ||
  (values.show !== undefined && !kinds.includes(values.show))
) {
  console.error(USAGE);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  const path = positionals[0] ?? GSM8K_TEST;
  if (positionals[0] === undefined && !existsSync(path))
    console.error(`GSM8K's test split is not at ${path}: give a FILE to measure on it.`);
  else {
    const clean = readLabelledChains(readFileSync(path, 'utf8'))
      .filter(({ source }) => source === 'gold')
      .slice(0, problems)
      .map(({ context }) => context);
    await report(`${clean.length} problems of ${path}`, clean, corruptAll(clean, seed));
  }
  const drawn = drawPocketProblems(pocket, seed);
  await report(`${drawn.length} pocket problems`, drawn, [
    ...corruptAll(drawn, seed),
    ...superfluousSteps(drawn, seed),
  ]);
}
