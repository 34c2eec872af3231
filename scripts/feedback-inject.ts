/** Measures the feedback checks on injected errors: `npm run feedback:inject -- [FILE] [options]`. */

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
import { formatLikelihoods, formatTaken, likelihoodJudge } from './likelihood-judge';
import { startNodeBackend } from './node-backend';
import { rolloutJudge } from './rollout-judge';
import { openModelFolder } from './study/pocket-models';

const POCKET_MODELS = 'public/models/pocket';
const GSM8K_TEST = join(process.env['WINNOW_DATA'] ?? '../shared/data', 'gsm8k/test.jsonl');

const USAGE = `Usage: npm run feedback:inject -- [FILE] [--problems N] [--pocket N] [--seed N] [--models DIR] [--rollouts] [--show KIND]
Puts one error of each kind into clean rationales and says which of them the checks find.
FILE is GSM8K's JSONL (question, answer); without it ${GSM8K_TEST}, which is left out where it is absent.
--problems N  how many problems of FILE (1000)
--pocket N    how many pocket problems (1000)
--seed N      of the errors and the pocket problems (1)
--models DIR  folder of the pocket pair, which is asked for likelihoods of pocket problems (${POCKET_MODELS})
--rollouts    the pocket teacher also goes on from wrong rationales, which takes several times as long
--show KIND   prints what was missed and what was falsely rejected: clean, ${CORRUPTION_KINDS.join(', ')}.`;

/** Most misses of one fault and judge that --show prints. */
const MOST_SHOWN = 20;

/** Pocket problems that thresholds are fitted on, as many as a study of the page uses; none of them is judged. */
const FITTING_PROBLEMS = 50;

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
    models: { type: 'string', default: POCKET_MODELS },
    rollouts: { type: 'boolean', default: false },
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
  judges: readonly InjectionJudge[],
): Promise<void> {
  const score = await measureInjection(clean, corrupted, judges);
  console.log(`${title}\n\n${formatInjection(score)}\n`);
  if (values.show === undefined) return;
  for (const { name } of judges)
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
    await report(`${clean.length} problems of ${path}`, clean, corruptAll(clean, seed), JUDGES);
  }
  const drawn = drawPocketProblems(pocket, seed);
  const asked = new Set(drawn.map(({ question }) => question));
  const fitting = drawPocketProblems(FITTING_PROBLEMS, seed + 1).filter(
    ({ question }) => !asked.has(question),
  );
  await startNodeBackend('wasm');
  const models = await openModelFolder(values.models);
  const likelihoods = await likelihoodJudge(models, fitting, seed);
  const rollouts = values.rollouts ? rolloutJudge(models, seed) : null;
  const corrupted = [...corruptAll(drawn, seed), ...superfluousSteps(drawn, seed)];
  await report(`${drawn.length} pocket problems`, drawn, corrupted, [
    ...JUDGES,
    likelihoods,
    ...(rollouts === null ? [] : [rollouts]),
  ]);
  console.log(`Likelihoods of the pocket pair\n\n${formatLikelihoods(likelihoods)}`);
  if (rollouts !== null)
    console.log(`\nRollouts of the pocket teacher\n\n${formatTaken(rollouts.taken)}`);
}
