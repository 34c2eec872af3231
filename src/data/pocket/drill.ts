/** Bare equations to pre-train arithmetic on, over the operands that pocket problems use. */

import type { Random } from '../random';
import { DIFFICULTY } from './problem';
import { compute, type Operator } from './story';

export interface EquationDrill {
  /** Such as `12+7`. */
  readonly question: string;
  /** Such as `[12+7=19] | #### 19`. */
  readonly rationale: string;
  readonly answer: string;
}

const OPERATORS: readonly Operator[] = ['+', '-', '*', '/'];
const MAXIMUM_DRAWS = 10_000;

/** One equation; every operator equally often, every result within the bounds of a problem's step. */
export function generateEquationDrill(random: Random): EquationDrill {
  const operator = random.pick(OPERATORS);
  const { result, product, change } = DIFFICULTY;
  for (let drawn = 0; drawn < MAXIMUM_DRAWS; drawn++) {
    let left: number;
    let right: number;
    if (operator === '*' || operator === '/') {
      // Factors up to a dozen on one side and beyond it on the other, as prices of many things are.
      const factor = random.integer(2, 12);
      const largest = operator === '*' ? product.maximum : result.maximum;
      const other = random.integer(2, Math.floor(largest / factor));
      [left, right] = operator === '/' ? [factor * other, factor] : [other, factor];
      if (operator === '*' && random.next() < 0.5) [left, right] = [right, left];
    } else {
      // Half of the second operands are as small as what stories add and take away.
      left = random.integer(2, result.maximum);
      right = random.integer(2, random.next() < 0.5 ? change.maximum : result.maximum);
      if (operator === '+' && random.next() < 0.3) [left, right] = [right, left];
    }
    const value = compute(left, operator, right);
    if (value < result.minimum || value > result.maximum) continue;
    const question = `${left}${operator}${right}`;
    return {
      question,
      rationale: `[${question}=${value}] | #### ${value}`,
      answer: String(value),
    };
  }
  throw new Error('No equation fits the bounds of DIFFICULTY: widen them.');
}
