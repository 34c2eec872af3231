/** A rationale taken apart once, so that every check reads the same values: its steps, their operands and results. */

import { parseRationale } from '../text/grammar';
import type { Step } from '../text/grammar';
import { readNumbers } from './numbers';
import type { Rational } from './rational';
import { contentWords, tokensOf } from './words';
import { NO_EQUATION, REPEATED_CALCULATION, readBracket, readProse } from './written-equation';
import type { EquationReading } from './written-equation';

/** Longest step that is taken apart; no step of 60 tokens comes near it. */
export const MAXIMUM_STEP_CHARACTERS = 1200;
/** Most steps that are taken apart: ten times the longest gold rationale of GSM8K. */
export const MAXIMUM_STEPS = 120;

export interface ChainStep extends EquationReading {
  readonly text: string;
  readonly step: Step;
  /** Numbers of the prose in front of the equation, or of the whole step where there is none; parts included. */
  readonly mentioned: readonly Rational[];
  /** The same without the calculation that many writers repeat right before the bracket (`48/2 = [48/2=24]`). */
  readonly told: readonly Rational[];
  /** The digits right after the equation (`[48/2=24] 24 clips`), with their parts (`[15/5=3] 3 dozen`). */
  readonly echoed: readonly Rational[];
  readonly words: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
}

export interface Chain {
  readonly steps: readonly ChainStep[];
  /** The final answer as the grammar read it. */
  readonly answer: string | null;
}

const valuesIn = (text: string): Rational[] =>
  readNumbers(text).flatMap(({ value, parts }) => [value, ...parts]);

/** Takes one step apart; a step that is too long keeps its text and nothing else. */
function readStep(step: Step): ChainStep {
  const { text } = step;
  if (text.length > MAXIMUM_STEP_CHARACTERS)
    return {
      text,
      step,
      ...NO_EQUATION,
      mentioned: [],
      told: [],
      echoed: [],
      words: new Set(),
      tokens: new Set(),
    };
  const before = step.equation === null ? text : text.slice(0, step.equation.start);
  const after = step.equation === null ? '' : text.slice(step.equation.end);
  const first = readNumbers(after)[0];
  return {
    text,
    step,
    ...(step.equation === null ? readProse(text) : readBracket(step.equation, before)),
    mentioned: valuesIn(before),
    told: valuesIn(before.replace(REPEATED_CALCULATION, '')),
    echoed:
      first?.form === 'digits' && /^[\s$]*-?[\s$]*$/.test(after.slice(0, first.start))
        ? [first.value, ...first.parts]
        : [],
    words: contentWords(text),
    tokens: tokensOf(text),
  };
}

/** Reads a rationale of any origin; never throws. Steps past `MAXIMUM_STEPS` are not taken apart. */
export function readChain(text: string): Chain {
  const { steps, answer } = parseRationale(text);
  return { steps: steps.slice(0, MAXIMUM_STEPS + 1).map(readStep), answer };
}
