/** Reads the free prose of an instruction model as a rationale: lines become steps, equations go into brackets. */

import { normalizeAnswer } from './answer';
import { formatRationale, MAXIMUM_RATIONALE_LENGTH, toStepText } from './grammar';
import { toPlainText } from './plain-text';
import { findEquations, type FoundEquation } from './prose-equations';

/** An equation a model marked itself, as GSM8K does or as the grammar has it. */
const MARKED = /<<([^<>=]*)=([^<>=]*)>>|\[([^[\]=]*)=([^[\]=]*)\]/g;

// Bounded and with a short look ahead, so that a text of digits takes no quadratic time.
const NUMBER = String.raw`[-\u2212]?\s?[$\u20ac\u00a3]?\s?(?:\d{1,3}(?:,\d{3}){1,9}|\d{1,30})(?:\.\d{1,30})?%?`;
const NO_OPERATION = String.raw`(?![.,]?\d| ?[-+*/=x\u00d7\u00f7] ?[$(]?\d)`;
/** `#### 72`, GSM8K's last line. */
const MARKED_ANSWER = new RegExp(String.raw`####\s*(${NUMBER})`, 'u');
/** `The final answer is 72`, `Answer: $72`, `A: 72`, up to the end of the sentence or line. */
const STATED_ANSWER = new RegExp(
  String.raw`(?:^[ \t]*A:|(?:\b(?:so|therefore|thus|hence|and),? )?(?:\bthe )?(?:\b(?:final|correct) )?\banswer(?:(?: is)?:| is| =))\s*(${NUMBER})${NO_OPERATION}[^\n]*?(?=\.\s|\n|(?![^]))`,
  'gimu',
);
/** `The answer is 48 + 24 = 72`: a step that ends in the answer. */
const STATED_RESULT = new RegExp(
  String.raw`\banswer(?: is|:)[^\n=]{1,200}=\s*(${NUMBER})${NO_OPERATION}`,
  'iu',
);
const BOXED = /\\boxed\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g;
/** A model that was not trained to stop goes on with a problem of its own. */
const NEXT_PROBLEM = /\n[ \t]*(?:question|q|problem|user|human|solve)[ \t]*\d*[ \t]*:/i;

/**
 * The text of an instruction model in the rationale grammar: what it says of its thinking, headings, list
 * marks and LaTeX are taken away; each line is a step, a line with several equations several steps;
 * equations (`48 / 2 = 24`, `<<48/2=24>>`) go into brackets in front of their result; the final answer
 * (`#### 72`, `\boxed{72}`, `The answer is 72`) follows `####`. Where the model names no answer there is
 * none, and nothing it wrote is corrected: both are for the checks to judge. A text in the grammar already
 * keeps its steps. Takes time in proportion to the length.
 */
export function instructionRationale(text: string): string {
  // The grammar says of such a text that it is too long.
  if (text.length > MAXIMUM_RATIONALE_LENGTH) return text;
  const { prose, boxed } = withoutMarkup(withoutThinking(text));
  const next = NEXT_PROBLEM.exec(prose.trimStart());
  const solution = next === null ? prose : prose.trimStart().slice(0, next.index);
  const marked = MARKED_ANSWER.exec(solution);
  const before = marked === null ? solution : solution.slice(0, marked.index);
  const stated = [...before.matchAll(STATED_ANSWER)].at(-1);
  const body = stated === undefined ? before : reasonsFor(stated, before);
  const written = marked?.[1] ?? boxed ?? stated?.[1] ?? STATED_RESULT.exec(body)?.[1];
  const answer = written === undefined ? null : normalizeAnswer(written);
  const lines = joinLeadIns(body.split(/[|\r\n]+/)).filter((line) => line !== written?.trim());
  const steps = lines.flatMap(stepsOfLine).map(toStepText);
  if (answer !== null) return formatRationale(steps, answer);
  return steps.filter((step) => step !== '').join(' | ');
}

/** What comes before the answer is stated, or after it where a model begins with it. */
function reasonsFor(stated: RegExpExecArray, text: string): string {
  const before = text.slice(0, stated.index);
  return before.trim() === '' ? text.slice(stated.index + stated[0].length) : before;
}

function withoutThinking(text: string): string {
  const end = text.lastIndexOf('</think>');
  return end < 0 ? text.replace('<think>', '') : text.slice(end + '</think>'.length);
}

/** Takes Markdown and LaTeX away; a boxed number, which is the answer, is kept aside as well. */
function withoutMarkup(text: string): {
  readonly prose: string;
  readonly boxed: string | undefined;
} {
  let boxed: string | undefined;
  const prose = text
    .replace(/\\(?:text|textbf|mathrm|mathbf)\{([^{}]*)\}/g, '$1')
    .replace(BOXED, (_whole, content: string) => {
      boxed = new RegExp(`^\\s*\\\\?(${NUMBER})`, 'u').exec(content)?.[1] ?? boxed;
      return content;
    })
    .replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, (_whole, above: string, below: string) =>
      [above, below].map((part) => (/^[\d.,$]+$/.test(part) ? part : `(${part})`)).join('/'),
    )
    .replace(/\\(?:times|cdot|ast)\b/g, '*')
    .replace(/\\div\b/g, '/')
    .replace(/\{,\}/g, ',')
    .replace(/\\([$%#&])/g, '$1')
    .replace(/\\(?:left|right)\b|\\[()[\]]|\$\$|\*\*|__|`/g, '')
    .replace(/\\(?:[,;:! ]|quad\b|qquad\b)/g, ' ')
    // A heading, unless it is the answer after its mark.
    .replace(/^[ \t]*#{1,6}[ \t]+(?![-$\d\s])([^\n:]*):?/gm, '$1:')
    .replace(/^[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]+/gm, '')
    .replace(/^[ \t]*step[ \t]*\d{1,2}[ \t]*[:.)-][ \t]*/gim, '');
  return { prose, boxed };
}

/** `To find the total:` says nothing without the line after it. */
function joinLeadIns(lines: readonly string[]): string[] {
  const joined: string[] = [];
  let waiting = '';
  for (const line of lines) {
    const whole = `${waiting} ${line}`.trim();
    const isLeadIn = whole.endsWith(':') && !whole.includes('=');
    if (line.trim() === '') continue;
    if (!isLeadIn) joined.push(whole);
    waiting = isLeadIn ? whole : '';
  }
  if (waiting !== '') joined.push(waiting);
  return joined;
}

/** One line as steps of at most one equation, in plain characters. */
function stepsOfLine(line: string): string[] {
  const { text, equations, gap } = readEquations(line);
  const steps: string[] = [];
  let start = 0;
  equations.forEach((equation, index) => {
    const following = equations[index + 1];
    const end = following === undefined ? text.length : cutBefore(text, equation, following);
    const bracket = `[${equation.left}=${equation.right}]${gap}`;
    steps.push(text.slice(start, equation.start) + bracket + text.slice(equation.end, end));
    start = end;
  });
  if (equations.length === 0) steps.push(text);
  return steps.map((step) =>
    step
      .replace(/\s+/g, ' ')
      .replace(/^[\s.,;:]+/, '')
      .trim(),
  );
}

/** The line in plain characters without marks, and where the equations are that it had or that its prose holds. */
function readEquations(line: string): {
  readonly text: string;
  readonly equations: readonly FoundEquation[];
  /** What stands between an equation's bracket and its result. */
  readonly gap: '' | ' ';
} {
  const equations: FoundEquation[] = [];
  let text = '';
  let start = 0;
  for (const match of line.matchAll(MARKED)) {
    const [whole, ...sides] = match;
    const [left = '', right = ''] = sides.filter((side) => side !== undefined).map(plain);
    if (!/\d/.test(left) || !/\d/.test(right)) continue;
    text += plainBetween(line.slice(start, match.index));
    equations.push({ left, between: [], right, start: text.length, end: text.length });
    start = match.index + whole.length;
  }
  text += plainBetween(line.slice(start));
  // Where a model marks its equations, the prose around them repeats them.
  return equations.length > 0
    ? { text, equations, gap: '' }
    : { text, equations: findEquations(text), gap: ' ' };
}

/** Between two equations of a line: after the sentence of the first, or right after its result. */
function cutBefore(text: string, first: FoundEquation, second: FoundEquation): number {
  const between = text.slice(first.end, second.start);
  const sentences = [...between.matchAll(/[.;](?= )/g)];
  const last = sentences.at(-1);
  if (last !== undefined) return first.end + last.index + 1;
  const result = /^\s*[$]?-?[\d,]*\.?\d+%?/.exec(between)?.[0].length ?? 0;
  return first.end + result;
}

/** Plain characters, of which T5 has all but symbols that mean nothing here; square brackets become round. */
function plain(text: string): string {
  const rounded = text.replaceAll('[', '(').replaceAll(']', ')');
  const known = toPlainText(rounded).replace(/[^\p{ASCII}\p{L}\s]/gu, '');
  // What was taken out may leave spaces before a full stop.
  return toPlainText(known);
}

/** The same with the spaces at its ends kept apart from its neighbours. */
function plainBetween(text: string): string {
  return `${/^\s/.test(text) ? ' ' : ''}${plain(text)}${/\S\s+$/.test(text) ? ' ' : ''}`;
}
