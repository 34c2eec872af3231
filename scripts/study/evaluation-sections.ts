/** Sections of the comparison over seeds on how students answer: on all splits, in other ways, with which errors; beside the article. */

import { SPLIT_NAMES } from '../../src/data/problem';
import { meanOverSeeds } from '../../src/evaluate/seeds';
import { mcnemar } from '../../src/evaluate/statistics';
import { HARMLESS_REASONS } from '../../src/feedback/evidence';
import { REASONS } from '../../src/rationale/trace';
import { ARTICLE_CHOICES, ARTICLE_TEST_ACCURACY, repeatsArticle } from '../../src/study/article';
import { contaminationNote } from '../../src/study/contamination';
import { inOrder, type Method } from '../../src/study/methods';
import type { MethodReport, Report, SplitScores } from '../../src/study/report';
import { decodingLabel, REASON_WORDING, SPLIT_WORDING } from '../../src/ui/wording';
import type { StudyConfiguration } from '../../src/study/configuration';
import { markdown, ofMethod, pValue, share, type Row } from './markdown-table';

/** All of them; sections of what the studies did not do are left out. */
export function evaluationSections(
  configuration: StudyConfiguration,
  reports: readonly Report[],
): string[] {
  const methods = inOrder(configuration.methods);
  return [
    ...splitSection(methods, reports),
    ...difficultySection(methods, reports),
    ...decodingSection(methods, reports),
    ...errorSection(methods, reports),
    ...articleSection(configuration, methods, reports),
  ];
}

function section(title: string, explanation: string, header: Row, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  return [`## ${title}`, '', explanation, '', ...markdown([header, ...rows]), ''];
}

function splitSection(methods: readonly Method[], reports: readonly Report[]): string[] {
  const measures: readonly (readonly [string, (scores: SplitScores) => number | undefined])[] = [
    ['exact match', ({ exactMatch }) => exactMatch.value],
    ['exact match, read flexibly', ({ flexibleExactMatch }) => flexibleExactMatch?.value],
    ['token accuracy', ({ tokenAccuracy }) => tokenAccuracy.value],
  ];
  return section(
    'Train, validation and test',
    'Strictly, the answer is the number after `####`; flexibly, the last number of an output without that counts too. Token accuracy is the share of gold target tokens predicted when the right ones before them are given, and no share of problems solved.',
    ['method', 'measure', ...SPLIT_NAMES.map((split) => SPLIT_WORDING[split].label.toLowerCase())],
    methods.flatMap((method) =>
      measures.map(([label, measure]): Row => {
        const cells = SPLIT_NAMES.map((split) => {
          const values = ofMethod(method, reports).flatMap(
            ({ splits }) => measure(splits[split]) ?? [],
          );
          return values.length === reports.length ? share(values) : '';
        });
        return [`\`${method}\``, label, ...cells];
      }),
    ),
  );
}

function difficultySection(methods: readonly Method[], reports: readonly Report[]): string[] {
  const byDifficulty = ({ splits }: MethodReport) => splits.test.exactMatchByDifficulty;
  const steps = [
    ...new Set(
      reports.flatMap((each) => each.methods.flatMap((run) => Object.keys(byDifficulty(run)))),
    ),
  ].toSorted((first, second) => Number(first) - Number(second));
  return section(
    'Exact match by difficulty',
    'Test problems of all seeds together, by the number of steps of the author’s solution.',
    ['method', ...steps.map((count) => `${count} steps`)],
    methods.map((method): Row => {
      const runs = ofMethod(method, reports);
      const cells = steps.map((count) => {
        const found = runs.flatMap((run) => byDifficulty(run)[count] ?? []);
        const sum = (of: 'successes' | 'trials'): number =>
          found.reduce((total, proportion) => total + proportion[of], 0);
        const [right, asked] = [sum('successes'), sum('trials')];
        return asked === 0 ? '' : `${((100 * right) / asked).toFixed(1)} % (${right} of ${asked})`;
      });
      return [`\`${method}\``, ...cells];
    }),
  );
}

function decodingSection(methods: readonly Method[], reports: readonly Report[]): string[] {
  const rows = methods.flatMap((method) => {
    const runs = ofMethod(method, reports);
    const labels = [...new Set(runs.flatMap(({ decodings = [] }) => decodings.map(decodingLabel)))];
    return labels.map((label): Row => {
      const found = runs.flatMap(({ decodings = [] }) =>
        decodings.filter((scores) => decodingLabel(scores) === label),
      );
      const sum = (of: 'onlyFirstRight' | 'onlySecondRight'): number =>
        found.reduce((total, { againstGreedy }) => total + againstGreedy[of], 0);
      const differences = found.map(({ againstGreedy }) => againstGreedy.difference);
      return [
        `\`${method}\``,
        label.toLowerCase(),
        share(found.map(({ exactMatch }) => exactMatch.value)),
        share(differences, '', true),
        pValue(mcnemar(sum('onlyFirstRight'), sum('onlySecondRight'))),
        meanOverSeeds(found.map(({ meanTokens }) => meanTokens)).mean.toFixed(1),
      ];
    });
  });
  return section(
    'Other ways of answering',
    'The same students on the same test problems; the difference is to their greedy answers without a calculator, in points. Tokens are those of all answers drawn for a problem.',
    ['method', 'answers', 'exact match', 'difference', 'p', 'tokens'],
    rows,
  );
}

/** Reasons for which a step is wrong rather than superfluous. */
const WRONG_REASONS = REASONS.filter((reason) => !HARMLESS_REASONS.has(reason));

function errorSection(methods: readonly Method[], reports: readonly Report[]): string[] {
  const rows = methods.flatMap((method): Row[] => {
    const found = ofMethod(method, reports).flatMap(({ errors }) => errors ?? []);
    if (found.length === 0) return [];
    const sum = (of: (errors: (typeof found)[number]) => number): number =>
      found.reduce((total, errors) => total + of(errors), 0);
    return [
      [
        `\`${method}\``,
        ...[
          sum(({ wrong }) => wrong),
          ...WRONG_REASONS.map((reason) => sum(({ byReason }) => byReason[reason])),
          sum(({ withoutReason }) => withoutReason),
          sum(({ withoutAnswer }) => withoutAnswer),
          sum(({ rightWithWrongStep }) => rightWithWrongStep),
        ].map(String),
      ],
    ];
  });
  return section(
    'What goes wrong in wrong answers',
    'Wrong answers to the test problems of all seeds by the reason of their first wrong step, found by the checks that judge the teacher, with the author’s solution in sight. The last two columns count answers that end without a number after `####`, and right ones with a wrong step on the way.',
    [
      'method',
      'wrong',
      ...WRONG_REASONS.map((reason) => REASON_WORDING[reason].label.toLowerCase()),
      'no step found wrong',
      'no final answer',
      'right, with a wrong step',
    ],
    rows,
  );
}

function articleSection(
  configuration: StudyConfiguration,
  methods: readonly Method[],
  reports: readonly Report[],
): string[] {
  if (!repeatsArticle(configuration)) return [];
  const rows = methods.flatMap((method): Row[] => {
    const reported = ARTICLE_TEST_ACCURACY[method];
    if (reported === undefined) return [];
    const of = (value: (scores: SplitScores) => number): string =>
      share(ofMethod(method, reports).map(({ splits }) => value(splits.test)));
    return [
      [
        `\`${method}\``,
        reported.toFixed(2),
        of(({ tokenAccuracy }) => tokenAccuracy.value),
        of(({ exactMatch }) => exactMatch.value),
      ],
    ];
  });
  const note = contaminationNote(configuration);
  return [
    ...section(
      'Beside the article',
      'The article reports an “accuracy” on GSM8K’s test problems that it does not define. Exact match it cannot be: published figures for flan-t5-small there are 2 to 5 %, and at most 15 % with equations alone and a calculator. Token accuracy fits. Where problems or models are others than the article’s, only the order of the methods can be compared.',
      ['method', 'article', 'token accuracy here', 'exact match here'],
      rows,
    ),
    ...(note === '' ? [] : [note, '']),
    'Where the article’s text is silent, and what the preset does:',
    '',
    ...ARTICLE_CHOICES.map(
      ({ question, choice, reason }) => `- **${question}.** ${choice} ${reason}`,
    ),
    '',
  ];
}
