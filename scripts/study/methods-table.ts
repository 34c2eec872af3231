/** The comparison of methods over several seeds as a Markdown document. */

import { mcnemar } from '../../src/evaluate/statistics';
import { inOrder, METHOD_TRAITS, type Method } from '../../src/study/methods';
import type { MethodReport, PairedComparison, Report } from '../../src/study/report';
import type { StudentLoopSummary, StudySnapshot } from '../../src/study/snapshot';
import { METHOD_WORDING } from '../../src/ui/wording';
import { duration } from '../study-terminal';
import { evaluationSections } from './evaluation-sections';
import { markdown, mean, ofMethod, pValue, share, type Row } from './markdown-table';

/** A finished study with its report. */
export type FinishedStudy = StudySnapshot & { readonly report: Report };

/**
 * @param studies one a seed, alike but for it
 * @param command what was run, for the reader to run again
 */
export function methodsDocument(studies: readonly FinishedStudy[], command: string): string {
  const [first] = studies;
  if (first === undefined) throw new Error('Expected at least one finished study, found none.');
  const { data, training, methods } = first.configuration;
  const reports = studies.map(({ report }) => report);
  const seeds = studies.map(({ configuration }) => configuration.seed).join(', ');
  return [
    '# Results of the methods',
    '',
    `Written by \`${command}\`: seeds ${seeds}, ${data.trainProblems} problems to train on, ${data.testProblems} to test on, for each seed others; every method trains from the same student on the same number of target tokens (${training.targetTokens}, at most ${training.maximumUpdates} updates). Device: ${first.device.name}.`,
    '',
    'Exact match is the share of test problems whose final answer is right, as the mean over the seeds with its 95 % interval (Student’s t). Steps and tokens are those of the student’s own output. Preparation is the time of the teacher, and of the feedback where the method needs it; times depend on what else the machine did.',
    '',
    ...markdown([
      [
        'method',
        'test exact match',
        'by seed',
        'steps',
        'tokens',
        'examples',
        'updates',
        'preparation',
        'training',
      ],
      ...inOrder(methods).map((method) => methodRow(method, reports)),
    ]),
    '',
    ...referenceLines(reports),
    '',
    ...roundsSection(methods, reports),
    ...evaluationSections(first.configuration, reports),
    '## Paired differences',
    '',
    'The difference in points of two methods on the same problems, as the mean over the seeds with its 95 % interval; the p-value is that of McNemar’s exact test on the problems of all seeds together.',
    '',
    ...markdown([
      ['method', 'against', 'difference', 'only the first right', 'only the second right', 'p'],
      ...differenceRows(methods, reports),
    ]),
    '',
    '## The methods',
    '',
    ...inOrder(methods).map((method) => {
      const { label, explanation } = METHOD_WORDING[method];
      return `- \`${method}\`: ${label}. ${explanation}${METHOD_TRAITS[method].needsFeedback ? ' Needs the feedback stage.' : ''}`;
    }),
    '',
  ].join('\n');
}

function methodRow(method: Method, reports: readonly Report[]): Row {
  const runs = ofMethod(method, reports);
  const exactMatches = runs.map(({ splits }) => splits.test.exactMatch.value);
  const of = (value: (run: MethodReport) => number): number => mean(runs.map(value));
  return [
    `\`${method}\``,
    share(exactMatches),
    exactMatches.map((value) => (100 * value).toFixed(1)).join(', '),
    of(({ splits }) => splits.test.meanSteps).toFixed(2),
    of(({ splits }) => splits.test.meanTokens).toFixed(1),
    of(({ examples }) => examples).toFixed(0),
    of(({ cost }) => cost.updates).toFixed(0),
    duration(of(({ cost }) => cost.preparationMs)),
    duration(of(({ cost }) => cost.trainMs)),
  ];
}

/** Each round of the methods whose student is examined and trained again; nothing without such. */
function roundsSection(methods: readonly Method[], reports: readonly Report[]): string[] {
  const rows = inOrder(methods).flatMap((method) => {
    const runs = ofMethod(method, reports).map(({ rounds = [] }) => rounds);
    const most = Math.max(0, ...runs.map(({ length }) => length));
    return Array.from({ length: most }, (_, index): Row => {
      const rounds = runs.flatMap((each) => each[index] ?? []);
      const examined = rounds.flatMap(({ examination }) => examination ?? []);
      const of = (value: (each: StudentLoopSummary) => number): string =>
        examined.length === 0 ? '' : mean(examined.map(value)).toFixed(0);
      return [
        `\`${method}\``,
        String(index + 1),
        share(rounds.map(({ exactMatch }) => exactMatch)),
        `${rounds.filter(({ isBest }) => isBest).length} of ${runs.length}`,
        of(({ problems }) => problems),
        of(({ failedProblems }) => failedProblems),
        of(({ replaced }) => replaced),
        examined.length === 0 ? '' : duration(mean(examined.map(({ elapsedMs }) => elapsedMs))),
      ];
    });
  });
  if (rows.length === 0) return [];
  return [
    '## Rounds',
    '',
    'The student of these methods is trained again after an examination of it; the best round by exact match on validation gives the student.',
    '',
    ...markdown([
      [
        'method',
        'round',
        'validation exact match',
        'chosen',
        'problems examined after it',
        'failed at',
        'taught in other words',
        'time of the examination',
      ],
      ...rows,
    ]),
    '',
  ];
}

function referenceLines(reports: readonly Report[]): string[] {
  const steps = (which: 'chainBefore' | 'chainAfter'): string =>
    mean(reports.map((report) => report[which].meanSteps)).toFixed(2);
  return [
    `Student before training: ${share(reports.map(({ studentBefore }) => studentBefore.value))}. Teacher, greedy: ${share(reports.map(({ teacher }) => teacher.value))}. Steps of a rationale: ${steps('chainBefore')} as the teacher wrote it, ${steps('chainAfter')} after feedback.`,
  ];
}

/** A comparison of these two methods; a study of an earlier version may have them the other way round. */
function inDirection(pair: PairedComparison, first: Method, second: Method): PairedComparison[] {
  if (pair.first === first && pair.second === second) return [pair];
  if (pair.first !== second || pair.second !== first) return [];
  return [
    {
      ...pair,
      first,
      second,
      onlyFirstRight: pair.onlySecondRight,
      onlySecondRight: pair.onlyFirstRight,
      difference: -pair.difference,
      low: -pair.high,
      high: -pair.low,
    },
  ];
}

/** Every pair, the later method in the order of tables against the earlier one. */
function differenceRows(methods: readonly Method[], reports: readonly Report[]): Row[] {
  const ordered = inOrder(methods);
  return ordered.flatMap((second, index) =>
    ordered.slice(0, index).map((first): Row => {
      const pairs = reports.flatMap(({ comparisons }) =>
        comparisons.flatMap((pair) => inDirection(pair, first, second)),
      );
      const sum = (which: 'onlyFirstRight' | 'onlySecondRight'): number =>
        pairs.reduce((total, pair) => total + pair[which], 0);
      const [onlyFirst, onlySecond] = [sum('onlyFirstRight'), sum('onlySecondRight')];
      const p = mcnemar(onlyFirst, onlySecond);
      return [
        `\`${second}\``,
        `\`${first}\``,
        share(
          pairs.map(({ difference }) => difference),
          '',
          true,
        ),
        String(onlySecond),
        String(onlyFirst),
        pValue(p),
      ];
    }),
  );
}
