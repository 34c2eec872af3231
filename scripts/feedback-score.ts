/** Scores the feedback module on real rationales: `npx tsx scripts/feedback-score.ts FILE [--show REASON]`. */

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readLabelledChains } from '../src/feedback/labelled-chains';
import { formatScore, scoreChains } from '../src/feedback/score';
import { REASONS } from '../src/rationale/trace';

const USAGE = `Usage: npm run feedback:score -- FILE [--show REASON]
FILE is GSM8K's JSONL (question, answer: every rationale is right, so every step should be kept)
or its model solutions (question, ground_truth and, a model each, is_correct and solution),
or the traces.jsonl of a study: what its teacher wrote first, with its rollouts where it has any.
--show REASON prints the steps that were rejected for it, with gold values: ${REASONS.join(', ')}.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'string' } },
});
const [path] = positionals;
const show = REASONS.find((reason) => reason === values.show);
if (path === undefined || (values.show !== undefined && show === undefined)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const score = scoreChains(readLabelledChains(readFileSync(path, 'utf8')));
  console.log(formatScore(score));
  if (show !== undefined)
    for (const { source, right, text, message } of score.rejected.filter(
      ({ reason }) => reason === show,
    ))
      console.log(`- ${source}, ${right ? 'right' : 'wrong'} chain: ${text}\n  ${message}`);
}
