/** The rationale grammar: `step | step | #### 72`, a step being prose with at most one `[left=right]`. */

import { normalizeAnswer } from './answer';
import { UNKNOWN_SURFACE } from './unknown-surface';

/**
 * Longest rationale that is read, in characters. A generated one has at most 2,048 tokens of at most
 * 16 characters; anything longer did not come from a model here.
 */
export const MAXIMUM_RATIONALE_LENGTH = 32_768;
/** How much of a rationale that is too long is shown. */
const EXCERPT_LENGTH = 200;

const SEPARATOR = ' | ';
/** What the final answer follows. */
export const ANSWER_MARK = '####';

export interface Equation {
  /** What stands before the last `=`; it has others in a chained equation (`[48/2=24=24]`). */
  readonly left: string;
  readonly right: string;
  /** Offset of `[` in the step's text. */
  readonly start: number;
  /** Offset after `]` in the step's text. */
  readonly end: number;
}

export interface Step {
  readonly text: string;
  /** The step's equation, null when it has none or is malformed. */
  readonly equation: Equation | null;
  /** A sentence saying why the step breaks the grammar; null when it does not. */
  readonly malformed: string | null;
}

export interface Rationale {
  readonly steps: readonly Step[];
  /** The final answer as a plain decimal number; null when there is none or it is not a number. */
  readonly answer: string | null;
}

/**
 * Reads a rationale. Any text is accepted: what breaks the grammar becomes a step with a `malformed`
 * sentence. `|` and line ends separate steps, empty ones are dropped; the first `####` begins the final
 * answer, also where the separator before it is missing; whatever follows the answer is malformed.
 * Takes time in proportion to the length; never throws.
 *
 * Whether the sides of an equation are arithmetic is for the evaluator to say: the grammar asks for a `=`
 * with a number on either side, and in a chained equation for a number on every side.
 */
export function parseRationale(text: string): Rationale {
  if (text.length > MAXIMUM_RATIONALE_LENGTH) {
    const malformed = `A rationale has at most ${MAXIMUM_RATIONALE_LENGTH} characters, this one has ${text.length}.`;
    const excerpt = text.slice(0, EXCERPT_LENGTH).toWellFormed();
    return { steps: [{ text: excerpt, equation: null, malformed }], answer: null };
  }
  const steps: Step[] = [];
  const mark = text.indexOf(ANSWER_MARK);
  for (const part of partsOf(mark < 0 ? text : text.slice(0, mark))) steps.push(readStep(part));
  if (mark < 0) return { steps, answer: null };

  const [answerText = '', ...after] = text.slice(mark + ANSWER_MARK.length).split(/[|\r\n]/);
  const rest = answerText.indexOf(ANSWER_MARK);
  if (rest >= 0) after.unshift(answerText.slice(rest));
  for (const part of partsOf(after.join('|'))) {
    const malformed = 'This text comes after the final answer, which ends a rationale.';
    steps.push({ text: part, equation: null, malformed });
  }
  return { steps, answer: normalizeAnswer(rest < 0 ? answerText : answerText.slice(0, rest)) };
}

function partsOf(text: string): string[] {
  return text
    .split(/[|\r\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function readStep(text: string): Step {
  const start = text.indexOf('[');
  const close = text.indexOf(']');
  const fail = (malformed: string): Step => ({ text, equation: null, malformed });
  if (text.includes(UNKNOWN_SURFACE)) {
    return fail('The step holds a token that stands for no known text.');
  }
  if (start < 0 && close < 0) return { text, equation: null, malformed: null };
  if (start < 0) return fail('A bracket is closed that was never opened.');
  if (close < start) {
    return fail(
      close < 0
        ? 'A bracket is opened and never closed.'
        : 'A bracket is closed before it is opened.',
    );
  }
  if (text.includes('[', start + 1) || text.includes(']', close + 1)) {
    return fail('A step has at most one equation in brackets, and brackets are not nested.');
  }
  const sides = text.slice(start + 1, close).split('=');
  if (sides.length < 2) return fail('An equation has a "=", this one has none.');
  if (!sides.every((side) => /\d/.test(side))) {
    return fail('An equation has a number on either side of "=".');
  }
  const right = sides.pop()?.trim() ?? '';
  const left = sides.join('=').trim();
  return { text, equation: { left, right, start, end: close + 1 }, malformed: null };
}

/**
 * Writes a rationale. Step texts lose what would break the grammar: `|` becomes `/`, a line end a
 * space, `####` becomes `#`; empty ones are left out. So `parseRationale` reads back as many steps as
 * there were non-empty texts.
 */
export function formatRationale(stepTexts: readonly string[], answer: string): string {
  const parts = stepTexts.map(toStepText).filter((text) => text !== '');
  return [...parts, `${ANSWER_MARK} ${toStepText(answer)}`].join(SEPARATOR);
}

/** The begin of a rationale that goes on: its steps, each with the mark that ends it; empty without steps. */
export function rationaleBegin(stepTexts: readonly string[]): string {
  return stepTexts.map((text) => `${toStepText(text)} |`).join(' ');
}

/** What a rationale says before its final answer, the mark of the answer included; null where it gives none. */
export function untilAnswer(rationale: string): string | null {
  const mark = rationale.indexOf(ANSWER_MARK);
  return mark < 0 ? null : rationale.slice(0, mark + ANSWER_MARK.length);
}

/** One step's prose without anything that would end the step. */
export function toStepText(text: string): string {
  return text
    .replaceAll('|', '/')
    .replace(/#{4,}/g, '#')
    .replace(/[\r\n]+/g, ' ')
    .trim();
}

/**
 * The rationale with nothing but its equations (`[48/2=24] | [48+24=72] | #### 72`), which small
 * students learn most easily. Steps without a well-formed equation are left out.
 */
export function equationOnlyRationale(rationale: string): string {
  const { steps, answer } = parseRationale(rationale);
  const equations = steps.flatMap(({ text, equation }) =>
    equation === null ? [] : [text.slice(equation.start, equation.end)],
  );
  if (answer === null) return equations.join(SEPARATOR);
  return formatRationale(equations, answer);
}
