/** Rationales with steps nobody needs, the way an imperfect teacher writes them, labelled step by step. */

import type { Random } from '../random';
import { DIFFICULTY, type PocketProblem, type PocketStep } from './problem';
import { compute, type Operator } from './story';

export interface VerboseRationale {
  readonly text: string;
  readonly steps: readonly PocketStep[];
  /** One label a step, in order. */
  readonly needed: readonly boolean[];
}

interface Aside {
  /** It may stand after this many gold steps. */
  readonly after: number;
  readonly step: PocketStep;
}

/** The chance of the most natural aside at each choice; the others share the rest. */
const HABIT = 0.75;
/** The chance of a second aside in one rationale. */
const SECOND_ASIDE = 0.25;

function parse(step: PocketStep): { left: number; operator: Operator; right: number } {
  const match = /^(\d+)([-+*/])(\d+)$/.exec(step.left);
  const operator = match?.[2];
  if (operator !== '+' && operator !== '-' && operator !== '*' && operator !== '/') {
    throw new Error(`A pocket step is "number operator number", found "${step.left}".`);
  }
  return { left: Number(match?.[1]), operator, right: Number(match?.[3]) };
}

/**
 * Every aside that is true, in bounds and certainly unneeded: its result is the result of no gold
 * step and an operand of no later one. The most natural ones come first.
 */
function asides(problem: PocketProblem): Aside[] {
  const gold = problem.steps.map((step) => ({ ...parse(step), result: Number(step.right) }));
  const results = new Set(gold.map(({ result }) => result));
  // Either order of a sum or product counts as the same equation.
  const equations = new Set(
    gold.flatMap(({ left, operator, right }) => [
      `${left}${operator}${right}`,
      ...(operator === '+' || operator === '*' ? [`${right}${operator}${left}`] : []),
    ]),
  );
  const found: Aside[] = [];
  const offer = (
    after: number,
    left: number,
    operator: Operator,
    right: number,
    text: string,
  ): void => {
    const result = compute(left, operator, right);
    const equation = `${left}${operator}${right}`;
    const { minimum, maximum } = DIFFICULTY.result;
    if (!Number.isInteger(result) || result < minimum || result > maximum) return;
    if (results.has(result) || equations.has(equation)) return;
    if (gold.slice(after).some((step) => step.left === result || step.right === result)) return;
    found.push({
      after,
      step: {
        text: text.replace('#', `[${equation}=${result}]`),
        left: equation,
        right: String(result),
        needed: false,
      },
    });
  };
  for (const [index, { left, operator, right, result }] of gold.entries()) {
    const after = index + 1;
    const { distractor } = problem;
    const things = problem.steps[index]?.text ?? '';
    if (distractor !== null && distractor.things !== null) {
      offer(after, result, '+', distractor.value, `with the ${distractor.things} #`);
    }
    if (things.endsWith('] dollars') && result <= 25) {
      offer(after, result, '*', 4, `that is # quarters`);
    }
    if (things.endsWith('] days')) offer(after, result, '/', 7, `that is # weeks`);
    // A check by the inverse operation, which only restates the step.
    if (operator === '+') offer(after, result, '-', right, `before that #`);
    if (operator === '-') offer(after, result, '+', right, `before that #`);
    if (operator === '*') offer(after, left, '+', right, `in total #`);
    if (operator === '/') offer(after, left, '-', result, `the others get #`);
    offer(after, result, '*', 2, `twice that is #`);
    offer(after, result, '/', 2, `half of that is #`);
    const next = gold[index + 1];
    if (next !== undefined) offer(after, result, '+', next.right, `so far in total #`);
  }
  return found;
}

/** The gold rationale with one or two true but unneeded steps, or as it is where none fits. */
export function verboseRationale(problem: PocketProblem, random: Random): VerboseRationale {
  const candidates = asides(problem);
  const chosen: Aside[] = [];
  const wanted = random.next() < SECOND_ASIDE ? 2 : 1;
  while (chosen.length < wanted) {
    const open = candidates.filter(
      ({ step }) => !chosen.some((aside) => aside.step.right === step.right),
    );
    const first = open[0];
    if (first === undefined) break;
    chosen.push(random.next() < HABIT ? first : random.pick(open));
  }
  const steps: PocketStep[] = [];
  const insert = (after: number): void => {
    for (const aside of chosen) if (aside.after === after) steps.push(aside.step);
  };
  for (const [index, step] of problem.steps.entries()) {
    steps.push(step);
    insert(index + 1);
  }
  return {
    text: [...steps.map(({ text }) => text), `#### ${problem.goldAnswer}`].join(' | '),
    steps,
    needed: steps.map(({ needed }) => needed),
  };
}
