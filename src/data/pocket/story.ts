/** A story under construction: the sentences said so far, the steps they ask for, and the open question. */

import type { Random } from '../random';
import { DIFFICULTY, type Range } from './problem';
import { BOYS, GIRLS } from './words';

/** Thrown when an attempt cannot go on (a number out of bounds, no divisor); the caller draws again. */
export class UnfitStory extends Error {
  override readonly name = 'UnfitStory';
}

export type Operator = '+' | '-' | '*' | '/';

export interface Person {
  readonly name: string;
  /** `She` or `He`, for a sentence's start. */
  readonly subject: string;
  /** `her` or `him`. */
  readonly object: string;
  /** `her` or `his`. */
  readonly possessive: string;
}

export interface StoryStep {
  readonly text: string;
  readonly left: string;
  readonly result: number;
}

/** Draws an integer of a range, narrowed to what the story allows; unfit when nothing is left of it. */
function draw(
  random: Random,
  range: Range,
  maximum = range.maximum,
  minimum = range.minimum,
): number {
  const low = Math.max(range.minimum, minimum);
  const high = Math.min(range.maximum, maximum);
  if (low > high) throw new UnfitStory('nothing is left of the range');
  return random.integer(low, high);
}

export class Story {
  readonly sentences: string[] = [];
  readonly steps: StoryStep[] = [];
  /** The main person, of whom `She` and `He` speak. */
  readonly person: Person;
  /** What the last result is, which decides what may happen next. */
  kind = '';
  value = 0;
  /** What is counted, in the plural. */
  noun = '';
  question = '';
  /** Things named in this story, so that a distractor names something else. */
  readonly nouns = new Set<string>();
  private readonly people: Person[];

  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
    const girls = GIRLS.map((name) => ({ name, subject: 'She', object: 'her', possessive: 'her' }));
    const boys = BOYS.map((name) => ({ name, subject: 'He', object: 'him', possessive: 'his' }));
    this.people = random.shuffle([...girls, ...boys]);
    this.person = this.another();
  }

  /** A person who has not appeared yet. */
  another(): Person {
    const person = this.people.pop();
    if (person === undefined) throw new UnfitStory('no person is left');
    return person;
  }

  say(...wordings: readonly string[]): void {
    this.sentences.push(this.random.pick(wordings));
  }

  /** Sets what the last result is and the question that asks for it. */
  now(kind: string, noun: string, question: string): void {
    this.kind = kind;
    this.noun = noun;
    this.nouns.add(noun);
    this.question = question;
  }

  draw(range: Range, maximum?: number, minimum?: number): number {
    return draw(this.random, range, maximum, minimum);
  }

  /** Adds a step; `#` in the text is where its equation goes. Returns and keeps its result. */
  step(left: number, operator: Operator, right: number, text: string): number {
    const result = compute(left, operator, right);
    const { minimum, maximum } = DIFFICULTY.result;
    if (!Number.isInteger(result) || result < minimum || result > maximum) {
      throw new UnfitStory(`${left}${operator}${right} is out of bounds`);
    }
    if (operator === '*' && result > DIFFICULTY.product.maximum) {
      throw new UnfitStory(`${left}*${right} is too large a product`);
    }
    const equation = `${left}${operator}${right}`;
    this.steps.push({ text: text.replace('#', `[${equation}=${result}]`), left: equation, result });
    this.value = result;
    return result;
  }

  /** A divisor of the current value that leaves at least `minimum` in each part. */
  divisor(): number {
    const { minimum, maximum } = DIFFICULTY.divisor;
    const divisors: number[] = [];
    for (let divisor = minimum; divisor <= maximum; divisor++) {
      if (this.value % divisor === 0 && this.value / divisor >= 2) divisors.push(divisor);
    }
    if (divisors.length === 0) throw new UnfitStory(`${this.value} cannot be shared`);
    return this.random.pick(divisors);
  }

  /** How many may be taken away while something is left. */
  take(): number {
    return this.draw(DIFFICULTY.change, this.value - DIFFICULTY.result.minimum);
  }

  /** A round number above the current value. */
  goal(): number {
    const goals = DIFFICULTY.goals.filter(
      (goal) => goal > this.value + 1 && goal < this.value + 60,
    );
    if (goals.length === 0) throw new UnfitStory('no round number is large enough');
    return this.random.pick(goals);
  }
}

/** The value of `left operator right`; division is not rounded. */
export function compute(left: number, operator: Operator, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return operator satisfies never;
  }
}

/** Something that may happen in a story: it adds `cost` steps, and can only follow one kind of result. */
export interface Move {
  readonly name: string;
  readonly cost: number;
  /** The kind of result it continues; empty for the opening of a story. */
  readonly from: string;
  play(story: Story): void;
}

/** A family of stories: every way to open one and everything that may happen next. */
export interface Family {
  readonly name: string;
  readonly moves: readonly Move[];
}
