/** Makes pocket problems: picks a family, plays its moves until the wanted number of steps, and checks the story. */

import { hashSeed, Random } from '../random';
import { HABIT_FAMILIES } from './families/habits';
import { MEASURE_FAMILIES } from './families/measures';
import { MONEY_FAMILIES } from './families/money';
import { PEOPLE_FAMILIES } from './families/people';
import { THING_FAMILIES } from './families/things';
import { TRAVEL_FAMILIES } from './families/travel';
import { DIFFICULTY, type Distractor, type PocketProblem } from './problem';
import { Story, UnfitStory, type Family } from './story';
import { OTHER_THINGS } from './words';

/** Every family, in a fixed order. */
export const FAMILIES: readonly Family[] = [
  ...THING_FAMILIES,
  ...MONEY_FAMILIES,
  ...PEOPLE_FAMILIES,
  ...TRAVEL_FAMILIES,
  ...MEASURE_FAMILIES,
  ...HABIT_FAMILIES,
];

export interface PocketOptions {
  /** The number of gold steps, 1 to 5, or the weights of 1, 2, 3, 4 and 5 steps. */
  readonly steps: number | readonly number[];
  /** Share of problems, 0 to 1, with a sentence whose number the answer does not need. */
  readonly distractorShare: number;
}

export interface PocketSetOptions {
  readonly seed: number;
  readonly count: number;
  /** Weights of 1, 2, 3, 4 and 5 steps. */
  readonly stepWeights: readonly number[];
  readonly distractorShare: number;
  /** Questions that must not come up again, such as those of the training split. */
  readonly excludeQuestions?: ReadonlySet<string>;
}

const MAXIMUM_STEPS = 5;
/** Attempts at one story before another family is drawn; the hardest family needs about 30 on average. */
const ATTEMPTS_PER_FAMILY = 100;
const MAXIMUM_FAMILIES_TRIED = 1_000;
/** Draws in a row that only repeat known questions before the set counts as exhausted. */
const MAXIMUM_REPEATS = 2_000;

function drawSteps(random: Random, steps: number | readonly number[]): number {
  const weights = typeof steps === 'number' ? undefined : steps;
  if (weights === undefined) {
    const count = Number(steps);
    if (!Number.isInteger(count) || count < 1 || count > MAXIMUM_STEPS) {
      throw new Error(`A pocket problem has 1 to ${MAXIMUM_STEPS} steps, found ${count}.`);
    }
    return count;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (
    weights.length > MAXIMUM_STEPS ||
    weights.some((weight) => !Number.isFinite(weight) || weight < 0) ||
    total <= 0
  ) {
    throw new Error(
      `Step weights are at most ${MAXIMUM_STEPS} numbers >= 0, not all zero (weight of 1 step first); ` +
        `found [${weights.join(', ')}].`,
    );
  }
  let left = random.next() * total;
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index + 1;
  }
  return weights.findLastIndex((weight) => weight > 0) + 1;
}

/** A sentence about the main person that has no bearing on the answer. */
function distract(story: Story): Distractor {
  const { random, person } = story;
  const where = random.next() < 0.5 ? 1 : story.sentences.length;
  const things = random.pick(OTHER_THINGS.filter((name) => !story.nouns.has(name)));
  const wording = random.integer(0, 3);
  const value = story.draw(wording === 0 ? DIFFICULTY.age : DIFFICULTY.distractor);
  const sentence =
    wording === 0
      ? `${person.name} is ${value} years old.`
      : wording === 1 || !story.sentences.some((said) => said.includes(person.name))
        ? `${person.name} has ${value} ${things} at home.`
        : `${person.name} also has ${value} ${things}.`;
  story.sentences.splice(where, 0, sentence);
  return { value, things: wording === 0 ? null : things };
}

/**
 * Every result differs from every other and from every number of the question, so that which step
 * uses which value can be read from the rationale alone.
 */
function checkResults(story: Story, question: string): void {
  const known = new Set(Array.from(question.matchAll(/\d+/g), ([digits]) => Number(digits)));
  for (const { result } of story.steps) {
    if (known.has(result)) throw new UnfitStory(`${result} occurs twice`);
    known.add(result);
  }
}

function tell(family: Family, random: Random, steps: number, distracted: boolean): PocketProblem {
  const story = new Story(random);
  const played = new Set<string>();
  do {
    const left = steps - story.steps.length;
    const possible = family.moves.filter(
      ({ name, cost, from }) => from === story.kind && cost <= left && !played.has(name),
    );
    if (possible.length === 0) throw new UnfitStory('nothing more can happen');
    const move = random.pick(possible);
    played.add(move.name);
    move.play(story);
  } while (story.steps.length < steps);
  const distractor = distracted ? distract(story) : null;
  const question = [...story.sentences, story.question].join(' ');
  checkResults(story, question);
  const last = story.steps.at(-1);
  if (last === undefined) throw new UnfitStory('a story needs a step');
  const goldAnswer = String(last.result);
  return {
    id: '',
    source: 'pocket',
    family: family.name,
    question,
    goldRationale: [...story.steps.map(({ text }) => text), `#### ${goldAnswer}`].join(' | '),
    goldAnswer,
    difficulty: story.steps.length,
    steps: story.steps.map(({ text, left, result }) => ({
      text,
      left,
      right: String(result),
      needed: true,
    })),
    distractor,
  };
}

/**
 * One problem. Deterministic in the generator's state. Its `id` is empty: sets give ids.
 * @throws Error when the options are out of bounds.
 */
export function generatePocketProblem(random: Random, options: PocketOptions): PocketProblem {
  const steps = drawSteps(random, options.steps);
  if (!(options.distractorShare >= 0 && options.distractorShare <= 1)) {
    throw new Error(`The distractor share is between 0 and 1, found ${options.distractorShare}.`);
  }
  const distracted = random.next() < options.distractorShare;
  for (let tried = 0; tried < MAXIMUM_FAMILIES_TRIED; tried++) {
    const family = random.pick(FAMILIES);
    for (let attempt = 0; attempt < ATTEMPTS_PER_FAMILY; attempt++) {
      try {
        return tell(family, random, steps, distracted);
      } catch (error) {
        if (!(error instanceof UnfitStory)) throw error;
      }
    }
  }
  throw new Error(
    `No story of ${steps} steps was found: the ranges of DIFFICULTY leave no room, widen them.`,
  );
}

/**
 * A set of problems with different questions and ids `pocket-<seed>-<index>`; the same options give
 * the same set.
 * @throws Error when the options are out of bounds or there are not enough different questions.
 */
export function generatePocketProblems(options: PocketSetOptions): PocketProblem[] {
  const { seed, count, stepWeights, distractorShare, excludeQuestions } = options;
  const random = new Random(hashSeed('pocket problems', seed));
  const seen = new Set(excludeQuestions);
  const problems: PocketProblem[] = [];
  let repeats = 0;
  while (problems.length < count) {
    const problem = generatePocketProblem(random, { steps: stepWeights, distractorShare });
    if (seen.has(problem.question)) {
      repeats++;
      if (repeats > MAXIMUM_REPEATS) {
        throw new Error(
          `Only ${problems.length} different questions of ${count} were found: ask for fewer, ` +
            'or allow more steps.',
        );
      }
      continue;
    }
    repeats = 0;
    seen.add(problem.question);
    const index = String(problems.length).padStart(6, '0');
    problems.push({ ...problem, id: `pocket-${seed}-${index}` });
  }
  return problems;
}
