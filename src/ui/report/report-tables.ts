/** The report's tables as plain rows of text, which the page and the saved report both render. */

import { SPLIT_NAMES, type SplitName } from '../../data/problem';
import { ARTICLE_TEST_ACCURACY } from '../../study/article';
import type { MethodReport, Proportion, Report, SplitScores } from '../../study/report';
import { perThousand, type Taking } from '../../study/taking';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPoints,
  formatPointsInterval,
  formatPValue,
} from '../format';
import { METHOD_WORDING, METRIC_WORDING, SPLIT_WORDING } from '../wording';
import { decodingTable, difficultyTable, errorTable } from './evaluation-tables';
import { orderedMethods, runLabel } from './headline';
import { proportionCell, type ReportTable, type TableCell, type TableRow } from './report-table';

/** Test first: it is the one that counts. */
const SPLIT_ORDER = SPLIT_NAMES.toReversed();

/** Every table of the report, in reading order. */
export function reportTables(report: Report): readonly ReportTable[] {
  const tables = [
    comparisonTable(report),
    difficultyTable(report),
    chainTable(report),
    decodingTable(report),
    errorTable(report),
    costTable(report),
    likelihoodTable(report),
    rolloutTable(report),
    pairedTable(report),
    articleTable(report),
  ];
  return tables
    .map((table) => ({ ...table, groups: table.groups.filter(({ rows }) => rows.length > 0) }))
    .filter(({ groups }) => groups.length > 0);
}

/** Only exact match has a best method: the others are measured on each method's own kind of output. */
function metricRows(
  report: Report,
  metric: (scores: SplitScores) => Proportion,
  marksBest = false,
): readonly TableRow[] {
  const runs = orderedMethods(report);
  const highest = (split: SplitName) =>
    marksBest ? Math.max(...runs.map((run) => metric(run.splits[split]).value)) : Infinity;
  return runs.map((run) => ({
    label: runLabel(report, run),
    cells: SPLIT_ORDER.map((split) => {
      const proportion = metric(run.splits[split]);
      return proportionCell(
        proportion,
        proportion.value > 0 && proportion.value === highest(split),
      );
    }),
  }));
}

/** Nothing in a report of a version that read answers in one way only. */
function flexibleRows(report: Report): readonly TableRow[] {
  const isKnown = report.methods.every(
    ({ splits }) => splits.test.flexibleExactMatch !== undefined,
  );
  return isKnown
    ? metricRows(report, ({ flexibleExactMatch, exactMatch }) => flexibleExactMatch ?? exactMatch)
    : [];
}

function comparisonTable(report: Report): ReportTable {
  const empty: TableCell = { text: '' };
  const reference = (label: string, proportion: Proportion): TableRow => ({
    label,
    cells: SPLIT_ORDER.map((split) => (split === 'test' ? proportionCell(proportion) : empty)),
  });
  const problems = (split: SplitName) =>
    formatCount(Math.max(0, ...report.methods.map((run) => run.splits[split].problems)));
  return {
    title: 'The methods',
    explanation:
      'All students start equal and may train on the same number of target tokens. Below each share is its Wilson 95 % interval in percent; the best exact match of each column is bold.',
    columns: SPLIT_ORDER.map((split) => `${SPLIT_WORDING[split].label} (${problems(split)})`),
    groups: [
      {
        heading: METRIC_WORDING.exactMatch.label,
        explanation: METRIC_WORDING.exactMatch.explanation,
        rows: [
          reference('Student before training', report.studentBefore),
          ...metricRows(report, (scores) => scores.exactMatch, true),
          reference('Teacher, first answer', report.teacher),
        ],
      },
      {
        heading: METRIC_WORDING.flexibleExactMatch.label,
        explanation: METRIC_WORDING.flexibleExactMatch.explanation,
        rows: flexibleRows(report),
      },
      {
        heading: METRIC_WORDING.tokenAccuracy.label,
        explanation: METRIC_WORDING.tokenAccuracy.explanation,
        rows: metricRows(report, (scores) => scores.tokenAccuracy),
      },
      {
        heading: METRIC_WORDING.formatRate.label,
        explanation: METRIC_WORDING.formatRate.explanation,
        rows: metricRows(report, (scores) => scores.formatRate),
      },
    ],
  };
}

function pairedTable(report: Report): ReportTable {
  return {
    title: 'Method against method',
    explanation:
      'The same test problems, pair by pair (McNemar’s exact test): a small p value means that chance alone would rarely make such a difference. The difference is second minus first, in percentage points, with its 95\u00a0% interval.',
    columns: ['Difference', 'p value', 'Only first right', 'Only second right', 'Both', 'Neither'],
    groups: [
      {
        rows: report.comparisons.map((each) => ({
          label: `${METHOD_WORDING[each.first].label} → ${METHOD_WORDING[each.second].label.toLowerCase()}`,
          cells: [
            { text: formatPoints(each.difference), note: formatPointsInterval(each) },
            { text: formatPValue(each.pValue).replace('p = ', '').replace('p ', '') },
            { text: formatCount(each.onlyFirstRight) },
            { text: formatCount(each.onlySecondRight) },
            { text: formatCount(each.bothRight) },
            { text: formatCount(each.bothWrong) },
          ],
        })),
      },
    ],
  };
}

/** Only methods that the article has, and only as a whole: one of its numbers alone compares nothing. */
function articleTable(report: Report): ReportTable {
  const runs = orderedMethods(report);
  const known = Object.keys(ARTICLE_TEST_ACCURACY).every((method) =>
    runs.some((run) => run.method === method),
  );
  return {
    title: 'Beside the article',
    explanation:
      'The article whose comparison this repeats reports an “accuracy” on GSM8K’s test problems and does not define it. Exact match it cannot be: published figures for flan-t5-small there are 2 to 5\u00a0%, and at most 15\u00a0% with equations alone and a calculator. Token accuracy fits, so compare with that, and only as an order of methods where problems or models are others.',
    columns: ['Article', 'Token accuracy here', 'Exact match here'],
    groups: [
      {
        rows: (known ? runs : []).flatMap((run) => {
          const reported = ARTICLE_TEST_ACCURACY[run.method];
          if (reported === undefined) return [];
          const { tokenAccuracy, exactMatch } = run.splits.test;
          return [
            {
              label: runLabel(report, run),
              cells: [
                { text: reported.toFixed(2) },
                proportionCell(tokenAccuracy),
                proportionCell(exactMatch),
              ],
            },
          ];
        }),
      },
    ],
  };
}

function chainTable(report: Report): ReportTable {
  const row = (label: string, chain: { meanSteps: number; meanTokens: number }): TableRow => ({
    label,
    cells: [{ text: chain.meanSteps.toFixed(2) }, { text: chain.meanTokens.toFixed(1) }],
  });
  return {
    title: 'How long the reasoning is',
    explanation:
      'Mean length of a rationale: what the teacher wrote, what feedback left of it, and what each student writes by itself on the test problems.',
    columns: ['Steps', 'Tokens'],
    groups: [
      {
        rows: [
          row('Teacher, before the filter', report.chainBefore),
          row('Teacher, after the filter', report.chainAfter),
          ...orderedMethods(report).map((run) =>
            row(`Student: ${runLabel(report, run).toLowerCase()}`, run.splits.test),
          ),
        ],
      },
    ],
  };
}

const COST_COLUMNS: readonly { readonly label: string; cell(run: MethodReport): TableCell }[] = [
  { label: 'Training', cell: ({ cost }) => ({ text: formatDuration(cost.trainMs) }) },
  { label: 'Evaluation', cell: ({ cost }) => ({ text: formatDuration(cost.evaluateMs) }) },
  { label: 'Preparation', cell: ({ cost }) => ({ text: formatDuration(cost.preparationMs) }) },
  { label: 'Examples', cell: ({ examples }) => ({ text: formatCount(examples) }) },
  { label: 'Updates', cell: ({ cost }) => ({ text: formatCount(cost.updates) }) },
  { label: 'Best checkpoint at', cell: ({ bestUpdate }) => ({ text: formatCount(bestUpdate) }) },
  { label: 'Target tokens', cell: ({ cost }) => ({ text: formatCount(cost.targetTokens) }) },
  { label: 'Peak memory', cell: ({ cost }) => ({ text: formatBytes(cost.peakMemoryBytes) }) },
];

function takingRow(label: string, { sequences, tokens, seconds }: Taking): TableRow {
  return {
    label,
    cells: [
      { text: formatCount(Math.round(sequences)) },
      { text: formatCount(Math.round(tokens)) },
      { text: formatDuration(1000 * seconds) },
    ],
  };
}

/** Without rows where the study asked for no likelihoods, or the rules decided alone. */
function likelihoodTable({ likelihoods }: Report): ReportTable {
  const rows = (): TableRow[] => {
    if (likelihoods === undefined || likelihoods.refusal !== '') return [];
    const { fit, scoring, problems } = likelihoods;
    return [
      takingRow('Fitting the thresholds', fit),
      takingRow(`${formatCount(problems)} problems`, scoring),
      takingRow('A thousand problems', perThousand(scoring, problems)),
    ];
  };
  return {
    title: 'What likelihoods cost',
    explanation:
      'Sequences that teacher and student scored to decide about steps that the rules left open, and the tokens in them that were asked about.',
    columns: ['Sequences', 'Tokens', 'Time'],
    groups: [{ rows: rows() }],
  };
}

/** Without rows where the study asked for no rollouts, or the teacher could write none. */
function rolloutTable({ rollouts }: Report): ReportTable {
  const rows = (): TableRow[] => {
    if (rollouts === undefined || rollouts.refusal !== '') return [];
    const { taking, problems } = rollouts;
    return [
      takingRow(`${formatCount(problems)} problems`, taking),
      takingRow('A thousand problems', perThousand(taking, problems)),
    ];
  };
  return {
    title: 'What rollouts cost',
    explanation:
      'Continuations that the teacher wrote from behind steps of wrong rationales, and the tokens of them.',
    columns: ['Continuations', 'Tokens', 'Time'],
    groups: [{ rows: rows() }],
  };
}

function costTable(report: Report): ReportTable {
  return {
    title: 'What each method cost',
    explanation:
      'Preparation is the time of the teacher and of the feedback that the method depends on; methods share it.',
    columns: COST_COLUMNS.map(({ label }) => label),
    groups: [
      {
        rows: orderedMethods(report).map((run) => ({
          label: runLabel(report, run),
          cells: COST_COLUMNS.map((column) => column.cell(run)),
        })),
      },
    ],
  };
}
