/** Pocket problems, checked by an evaluator and a backward slice written for this test alone. */

import { describe, expect, it } from 'vitest';
import { generateEquationDrill } from '../../../src/data/pocket/drill';
import {
  FAMILIES,
  generatePocketProblem,
  generatePocketProblems,
} from '../../../src/data/pocket/generate';
import type { PocketProblem } from '../../../src/data/pocket/problem';
import { verboseRationale } from '../../../src/data/pocket/verbose';
import { Random } from '../../../src/data/random';

const OPTIONS = { seed: 5, count: 1_500, stepWeights: [1, 1, 1, 1, 1], distractorShare: 0.3 };
const PROBLEMS = generatePocketProblems(OPTIONS);
/** Numbers that units and words stand for: 2 (twice, half, back), 3 and 4 times, quarters, a week, a dozen. */
const UNIT_CONSTANTS = [2, 4, 7, 12];

interface Line {
  readonly operands: readonly number[];
  readonly result: number;
  readonly holds: boolean;
}

/** Reads the text of a rationale; its equations are `a operator b = c` and nothing else. */
function read(rationale: string): { lines: Line[]; answer: number } {
  const parts = rationale.split(' | ');
  const last = /^#### (\d+)$/.exec(parts.pop() ?? '');
  if (last === null) throw new Error(`no answer in "${rationale}"`);
  const lines = parts.map((part) => {
    const found = [...part.matchAll(/\[([^\]]*)\]/g)];
    const equation = /^(\d+)([-+*/])(\d+)=(\d+)$/.exec(found[0]?.[1] ?? '');
    if (found.length !== 1 || equation === null) throw new Error(`no single equation in "${part}"`);
    const [, a, operator, b, c] = equation;
    const [left, right, result] = [Number(a), Number(b), Number(c)];
    // Division is checked as multiplication, so that this shares nothing with the generator.
    const holds =
      (operator === '+' && left + right === result) ||
      (operator === '-' && result + right === left) ||
      (operator === '*' && left * right === result) ||
      (operator === '/' && result * right === left);
    return { operands: [left, right], result, holds };
  });
  return { lines, answer: Number(last[1]) };
}

/** Which lines the answer depends on: walk back from the line that gives it, by values. */
function slice(rationale: string): boolean[] {
  const { lines, answer } = read(rationale);
  const needed = lines.map(() => false);
  const wanted = [{ value: answer, before: lines.length }];
  for (let want = wanted.pop(); want !== undefined; want = wanted.pop()) {
    const { value, before } = want;
    const giver = lines.findLastIndex(({ result }, index) => index < before && result === value);
    const line = lines[giver];
    if (line === undefined || needed[giver] === true) continue;
    needed[giver] = true;
    for (const operand of line.operands) wanted.push({ value: operand, before: giver });
  }
  return needed;
}

function numbersIn(text: string): number[] {
  return Array.from(text.matchAll(/\d+/g), ([digits]) => Number(digits));
}

function uniqueRepeats(problem: PocketProblem, value: number): boolean {
  return new RegExp(`\\b${value} times\\b`).test(problem.question);
}

describe('pocket problems', () => {
  it('hold: every equation is true, in bounds, and the last gives the answer', () => {
    for (const problem of PROBLEMS) {
      const { lines, answer } = read(problem.goldRationale);
      expect(
        lines.every(({ holds }) => holds),
        problem.goldRationale,
      ).toBe(true);
      const values = lines.flatMap(({ operands, result }) => [...operands, result]);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...values)).toBeLessThanOrEqual(100);
      expect(lines.at(-1)?.result).toBe(answer);
      expect(String(answer)).toBe(problem.goldAnswer);
      expect(lines.length).toBe(problem.difficulty);
    }
  });

  it('list their steps as their rationale has them', () => {
    for (const { steps, goldRationale, goldAnswer } of PROBLEMS) {
      expect([...steps.map(({ text }) => text), `#### ${goldAnswer}`].join(' | ')).toBe(
        goldRationale,
      );
      for (const { text, left, right } of steps) expect(text).toContain(`[${left}=${right}]`);
    }
  });

  it('take every operand from the question, an earlier step or a unit', () => {
    for (const problem of PROBLEMS) {
      const known = new Set([...numbersIn(problem.question), ...UNIT_CONSTANTS]);
      for (const { operands, result } of read(problem.goldRationale).lines) {
        const unknown = operands.filter((operand) => !known.has(operand));
        expect(unknown, problem.goldRationale).toEqual([]);
        known.add(result);
      }
    }
  });

  it('need every gold step, and no result is a number of the question or another result', () => {
    const unsound = PROBLEMS.filter(({ goldRationale, question, steps }) => {
      const results = steps.map(({ right }) => Number(right));
      return (
        !slice(goldRationale).every(Boolean) ||
        !steps.every(({ needed }) => needed) ||
        new Set([...results, ...numbersIn(question)]).size !==
          results.length + new Set(numbersIn(question)).size
      );
    });
    expect(unsound).toEqual([]);
  });

  it('use every number of the question except the distractor', () => {
    for (const problem of PROBLEMS) {
      const used = new Set(read(problem.goldRationale).lines.flatMap(({ operands }) => operands));
      const unused = numbersIn(problem.question).filter(
        (number) => !used.has(number) && !uniqueRepeats(problem, number),
      );
      // "the 3 of them" counts people, and is no operand.
      const counted = problem.question.match(/the (\d) of them/)?.[1];
      for (const number of unused) {
        expect([problem.distractor?.value, Number(counted)], problem.question).toContain(number);
      }
    }
  });

  it('come in at least 14 families, each with 1 to 5 steps', () => {
    const seen = new Map<string, Set<number>>();
    for (const { family, difficulty } of PROBLEMS) {
      seen.set(family, (seen.get(family) ?? new Set()).add(difficulty));
    }
    expect(seen.size).toBeGreaterThanOrEqual(14);
    expect(seen.size).toBe(FAMILIES.length);
    for (const [family, counts] of seen)
      expect(
        [...counts].toSorted((a, b) => a - b),
        family,
      ).toEqual([1, 2, 3, 4, 5]);
  });

  it('have distractors in the share asked for, whose number stands in the question', () => {
    const distracted = PROBLEMS.filter(({ distractor }) => distractor !== null);
    expect(Math.abs(distracted.length / PROBLEMS.length - 0.3)).toBeLessThan(0.04);
    for (const { question, distractor } of distracted) {
      expect(question).toContain(` ${distractor?.value} ${distractor?.things ?? 'years old'}`);
    }
    const plain = generatePocketProblems({ ...OPTIONS, count: 50, distractorShare: 0 });
    expect(plain.every(({ distractor }) => distractor === null)).toBe(true);
  });

  it('keep to a small vocabulary', () => {
    const words = new Set<string>();
    for (const { question, goldRationale } of PROBLEMS) {
      for (const [word] of `${question} ${goldRationale}`.matchAll(/[A-Za-z]+/g)) words.add(word);
    }
    expect(words.size).toBeGreaterThan(250);
    expect(words.size).toBeLessThan(450);
  });

  it('read as English: capitals, full stops, one question, articles', () => {
    for (const { question } of PROBLEMS) {
      expect(question).toMatch(/^[A-Z]/);
      expect(question).toMatch(/^[^?]*\?$/);
      expect(question).not.toMatch(/\ba [aeiou]|\ban [^aeiouh]|\ba hour|undefined|NaN| {2}|#/);
      const sentences = question.split(/(?<=[.?]) /);
      expect(
        sentences.every((sentence) => /^[A-Z0-9]/.test(sentence)),
        question,
      ).toBe(true);
    }
  });

  it('repeat from a seed, differ between seeds, and never repeat a question', () => {
    const few = { ...OPTIONS, count: 200 };
    expect(generatePocketProblems(few)).toEqual(PROBLEMS.slice(0, 200));
    expect(generatePocketProblems({ ...few, seed: 6 })[0]?.question).not.toBe(
      PROBLEMS[0]?.question,
    );
    const questions = new Set(PROBLEMS.map(({ question }) => question));
    expect(questions.size).toBe(PROBLEMS.length);
    expect(PROBLEMS[17]?.id).toBe('pocket-5-000017');
    const others = generatePocketProblems({
      ...OPTIONS,
      stepWeights: [1],
      count: 500,
      excludeQuestions: questions,
    });
    expect(others.some(({ question }) => questions.has(question))).toBe(false);
  });

  it('follow the step weights, and a fixed number of steps', () => {
    const weighted = generatePocketProblems({ ...OPTIONS, count: 600, stepWeights: [0, 1, 0, 3] });
    const four = weighted.filter(({ difficulty }) => difficulty === 4).length;
    expect(weighted.every(({ difficulty }) => difficulty === 2 || difficulty === 4)).toBe(true);
    expect(Math.abs(four / 600 - 0.75)).toBeLessThan(0.1);
    const fixed = generatePocketProblem(new Random(1), { steps: 5, distractorShare: 0 });
    expect(fixed.difficulty).toBe(5);
  });

  it('refuse impossible options', () => {
    const random = new Random(1);
    for (const steps of [0, 6, 1.5, [], [0, 0], [-1, 2], [1, 1, 1, 1, 1, 1]]) {
      expect(() => generatePocketProblem(random, { steps, distractorShare: 0 })).toThrow(/found/);
    }
    expect(() => generatePocketProblem(random, { steps: 2, distractorShare: 2 })).toThrow(/share/);
  });
});

describe('verbose rationales', () => {
  it('label every step as an independent backward slice does, and stay true', () => {
    const random = new Random(9);
    let withAsides = 0;
    for (const problem of PROBLEMS) {
      const { text, steps, needed } = verboseRationale(problem, random);
      expect(slice(text), text).toEqual(needed);
      expect(
        read(text).lines.every(({ holds }) => holds),
        text,
      ).toBe(true);
      expect(steps.filter((step) => step.needed)).toEqual(problem.steps);
      const asides = needed.filter((label) => !label).length;
      expect(asides).toBeLessThanOrEqual(2);
      if (asides > 0) withAsides++;
      const lefts = steps.map(({ left }) => left);
      expect(new Set(lefts).size, text).toBe(lefts.length);
    }
    expect(withAsides / PROBLEMS.length).toBeGreaterThan(0.99);
  });

  it('compute with the distractor where there is one to count', () => {
    const random = new Random(2);
    const counted = PROBLEMS.filter(({ distractor }) => (distractor?.things ?? null) !== null);
    const using = counted.filter((problem) =>
      verboseRationale(problem, random).text.includes(`with the ${problem.distractor?.things} [`),
    );
    expect(using.length / counted.length).toBeGreaterThan(0.6);
  });
});

describe('equation drills', () => {
  it('are true, repeatable, and cover all four operators', () => {
    const random = new Random(4);
    const operators = new Set<string>();
    for (let drill = 0; drill < 2_000; drill++) {
      const { question, rationale, answer } = generateEquationDrill(random);
      const { lines } = read(rationale);
      expect(lines[0]?.holds, rationale).toBe(true);
      expect(rationale).toBe(`[${question}=${answer}] | #### ${answer}`);
      operators.add(/[-+*/]/.exec(question)?.[0] ?? '');
    }
    expect([...operators].sort()).toEqual(['*', '+', '-', '/']);
    expect(generateEquationDrill(new Random(4))).toEqual(generateEquationDrill(new Random(4)));
  });

  it('cover the equations of the problems', () => {
    const random = new Random(5);
    const drilled = new Set<string>();
    for (let drill = 0; drill < 200_000; drill++)
      drilled.add(generateEquationDrill(random).question);
    const steps = PROBLEMS.flatMap((problem) => problem.steps);
    const asked = [...new Set(steps.map(({ left }) => left))];
    const missing = asked.filter((left) => !drilled.has(left));
    // Drills are drawn at random, so a few of the thousands of sums may not have come up.
    expect(missing.length / asked.length).toBeLessThan(0.01);
    expect(missing.filter((left) => /[*/]/.test(left))).toEqual([]);
  });
});
