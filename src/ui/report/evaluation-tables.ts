/** The report's tables of how students answer: by difficulty, in other ways than greedily, and what goes wrong. */

import type { StudentErrors } from '../../evaluate/error-taxonomy';
import { REASONS } from '../../rationale/trace';
import type { DecodingScores, Report } from '../../study/report';
import {
  formatCount,
  formatDuration,
  formatPoints,
  formatPointsInterval,
  formatPValue,
  formatShare,
} from '../format';
import { decodingLabel, REASON_WORDING } from '../wording';
import { orderedMethods, runLabel } from './headline';
import { proportionCell, type ReportTable, type TableCell, type TableRow } from './report-table';

export function difficultyTable(report: Report): ReportTable {
  const runs = orderedMethods(report);
  const difficulties = [
    ...new Set(runs.flatMap((run) => Object.keys(run.splits.test.exactMatchByDifficulty))),
  ].toSorted((first, second) => Number(first) - Number(second));
  return {
    title: 'Exact match by difficulty',
    explanation: 'Test problems by the number of steps in the author’s solution.',
    columns: difficulties.map((steps) => `${steps} ${steps === '1' ? 'step' : 'steps'}`),
    groups: [
      {
        rows: runs.map((run) => ({
          label: runLabel(report, run),
          cells: difficulties.map((steps) => {
            const proportion = run.splits.test.exactMatchByDifficulty[steps];
            if (!proportion || proportion.trials === 0) return { text: '–' };
            return {
              text: formatShare(proportion.value),
              note: `${formatCount(proportion.successes)} of ${formatCount(proportion.trials)}`,
            };
          }),
        })),
      },
    ],
  };
}

/** Without rows where the study asked for greedy answers alone. */
export function decodingTable(report: Report): ReportTable {
  const row = (label: string, scores: DecodingScores): TableRow => {
    const { exactMatch, againstGreedy, meanTokens, elapsedMs } = scores;
    return {
      label,
      cells: [
        proportionCell(exactMatch),
        { text: formatPoints(againstGreedy.difference), note: formatPointsInterval(againstGreedy) },
        { text: formatPValue(againstGreedy.pValue) },
        { text: meanTokens.toFixed(1) },
        { text: formatDuration(elapsedMs) },
      ],
    };
  };
  return {
    title: 'Other ways of answering',
    explanation:
      'The same students on the same test problems. The difference is to their greedy answers without a calculator, with McNemar’s exact test; tokens are those of all answers drawn for a problem.',
    columns: ['Exact match', 'Against greedy', 'p value', 'Tokens', 'Time'],
    groups: orderedMethods(report).flatMap((run) =>
      run.decodings === undefined
        ? []
        : [
            {
              heading: runLabel(report, run),
              rows: run.decodings.map((scores) => row(decodingLabel(scores), scores)),
            },
          ],
    ),
  };
}

/** Only reasons that occur; without rows where the report is of a version that did not judge students. */
export function errorTable(report: Report): ReportTable {
  const runs = orderedMethods(report).flatMap((run) =>
    run.errors === undefined ? [] : [{ label: runLabel(report, run), errors: run.errors }],
  );
  const reasons = REASONS.filter((reason) =>
    runs.some(({ errors }) => errors.byReason[reason] > 0),
  );
  const cells = (errors: StudentErrors): TableCell[] => [
    { text: formatCount(errors.wrong) },
    ...reasons.map((reason) => ({
      text: formatCount(errors.byReason[reason]),
      note: errors.wrong === 0 ? '' : formatShare(errors.byReason[reason] / errors.wrong),
    })),
    { text: formatCount(errors.withoutReason) },
    { text: formatCount(errors.withoutAnswer) },
    {
      text: formatCount(errors.rightWithWrongStep),
      note: `of ${formatCount(errors.right)}`,
    },
  ];
  return {
    title: 'What goes wrong in wrong answers',
    explanation:
      'Every student’s rationales of the test problems, judged by the same checks as the teacher’s, with the author’s solution in sight: wrong answers by the reason of their first wrong step. The last column counts right answers with a wrong step on the way.',
    columns: [
      'Wrong answers',
      ...reasons.map((reason) => REASON_WORDING[reason].label),
      'No step found wrong',
      'No final answer',
      'Right, with a wrong step',
    ],
    groups: [{ rows: runs.map(({ label, errors }) => ({ label, cells: cells(errors) })) }],
  };
}
