/** Errors in how a rationale is put together: steps that are missing, too early, said twice, of another problem or broken. */

import type { Random } from '../../data/random';
import type { Chain, ChainStep } from '../chain';
import type { Dependencies } from '../dependencies';
import { resultsOf } from '../dependencies';
import { UNIT_CONSTANTS } from '../grounding';
import type { StatedNumbers } from '../grounding';
import { readNumbers } from '../numbers';
import { keyOf } from '../rational';
import type { LabelledStep } from './corruption';
import { written } from './recompute';

/** What an error is drawn from. */
export interface StructureSite {
  readonly chain: Chain;
  readonly dependencies: Dependencies;
  readonly stated: StatedNumbers;
  /** The question and the steps of another problem. */
  readonly other: { readonly question: string; readonly chain: Chain };
  readonly random: Random;
}

type Draw = (site: StructureSite) => readonly LabelledStep[] | null;

const clean = ({ text }: ChainStep): LabelledStep => ({ text, label: 'clean' });

function insert(chain: Chain, place: number, text: string): LabelledStep[] {
  const steps = chain.steps.map(clean);
  steps.splice(place, 0, { text, label: 'injected' });
  return steps;
}

/** Indices of the steps that have a bracketed equation. */
const bracketed = ({ steps }: Chain): number[] =>
  steps.flatMap(({ equation, step }, index) =>
    equation !== null && step.equation !== null ? [index] : [],
  );

/** The steps that rest on a step, directly or over others. */
function dependents(dependencies: Dependencies, origin: number): Set<number> {
  const found = new Set<number>([origin]);
  dependencies.forEach(({ sources }, index) => {
    if (sources.some((source) => found.has(source))) found.add(index);
  });
  found.delete(origin);
  return found;
}

/** Ways to break the equation `[left=right]`. */
const BREAKS: readonly ((left: string, right: string) => string)[] = [
  (left, right) => `[${left}=${right}`,
  (left, right) => `${left}=${right}]`,
  (left) => `[${left}=]`,
  (left) => `[${left}]`,
  (left, right) => `[${left}+=${right}]`,
  (left, right) => `[${left}=[${right}]]`,
  (left, right) => `[(${left}=${right}]`,
];

/** An equation that cannot be read. */
export const malformedStep: Draw = ({ chain, dependencies, random }) => {
  const places = bracketed(chain);
  if (places.length === 0) return null;
  const broken = random.pick(places);
  const resting = dependents(dependencies, broken);
  return chain.steps.map((step, index): LabelledStep => {
    const { equation } = step.step;
    if (resting.has(index)) return { text: step.text, label: 'consequence' };
    if (index !== broken || equation === null) return clean(step);
    const text =
      step.text.slice(0, equation.start) +
      random.pick(BREAKS)(equation.left, equation.right) +
      step.text.slice(equation.end);
    return { text, label: 'injected' };
  });
};

/** A calculation of another problem. */
export const foreignStep: Draw = ({ chain, other, random }) => {
  const places = bracketed(other.chain);
  const step = places.length === 0 ? undefined : other.chain.steps[random.pick(places)];
  return step === undefined
    ? null
    : insert(chain, random.integer(0, chain.steps.length), step.text);
};

/** The same step once more, somewhere after it. */
export const duplicateStep: Draw = ({ chain, random }) => {
  if (chain.steps.length === 0) return null;
  const index = random.integer(0, chain.steps.length - 1);
  const text = chain.steps[index]?.text ?? '';
  return insert(chain, random.integer(index + 1, chain.steps.length), text);
};

/** A step whose result a later one takes and nothing else gives, the first that takes it, and all that rest on it. */
function drawProducer({ chain, dependencies, stated, random }: StructureSite) {
  const producers = chain.steps.flatMap((step, index) => {
    if (step.equation === null) return [];
    const key = keyOf(step.equation.stated);
    const given =
      stated.literal.has(key) ||
      UNIT_CONSTANTS.has(key) ||
      chain.steps.some(
        (each, place) => place !== index && resultsOf(each).some((value) => keyOf(value) === key),
      );
    const first = chain.steps.findIndex(
      ({ equation }, place) =>
        dependencies[place]?.sources.includes(index) === true &&
        equation?.operands.some(({ value }) => keyOf(value) === key) === true,
    );
    return given || first < 0 ? [] : [{ index, first, resting: dependents(dependencies, index) }];
  });
  return producers.length === 0 ? null : random.pick(producers);
}

/** A step left out, though a later one takes its result: that one shows the gap. */
export const droppedStep: Draw = (site) => {
  const drawn = drawProducer(site);
  if (drawn === null) return null;
  return site.chain.steps.flatMap((step, index): LabelledStep[] => {
    if (index === drawn.index) return [];
    if (index === drawn.first) return [{ text: step.text, label: 'injected' }];
    return drawn.resting.has(index) ? [{ text: step.text, label: 'consequence' }] : [clean(step)];
  });
};

/** A step that takes the result of a later one. */
export const reorderedStep: Draw = (site) => {
  const drawn = drawProducer(site);
  if (drawn === null) return null;
  // Where it stands too late, the moved step is right and useless: neither verdict on it is wrong.
  const steps = site.chain.steps.map((step, index): LabelledStep => ({
    text: step.text,
    label:
      index === drawn.first
        ? 'injected'
        : index === drawn.index || drawn.resting.has(index)
          ? 'consequence'
          : 'clean',
  }));
  const [moved] = steps.splice(drawn.index, 1);
  if (moved === undefined) return null;
  // The first user has moved up by one.
  steps.splice(drawn.first, 0, moved);
  return steps;
};

/** What models say between steps; used where the other problem's question has no sentence without numbers. */
const CHATTER = [
  'The weather is lovely today',
  'Thank you for this interesting question',
  'Paris is the capital of France',
  'My favourite colour is green',
  'Remember to subscribe to the channel',
  'Mathematics is fun when you practise',
];

/** A sentence that has nothing to do with the problem. */
export const offTopicProse: Draw = ({ chain, other, random }) => {
  const sentences = other.question
    .split(/(?<=[.?!])\s+/)
    .filter((sentence) => sentence.length > 20 && readNumbers(sentence).length === 0)
    .map((sentence) => sentence.replace(/[.?!]$/, ''));
  return insert(
    chain,
    random.integer(0, chain.steps.length),
    random.pick(sentences.length === 0 ? CHATTER : sentences),
  );
};

/** Ways to say again what a step has found, without anything new. */
const RESTATEMENTS: readonly ((step: ChainStep) => string | null)[] = [
  ({ text, step, equation }) => {
    const tail = text.slice(step.equation?.end).trim();
    return equation === null || !/\p{L}/u.test(tail) || !/^\d/.test(tail)
      ? null
      : `So that makes ${tail}`;
  },
  ({ equation }) =>
    equation === null ? null : `That is [${written(equation.stated)}=${written(equation.stated)}]`,
  ({ equation }) =>
    equation === null
      ? null
      : `In other words [${written(equation.stated)}*1=${written(equation.stated)}]`,
  ({ equation }) => {
    const [first, second] = equation?.operands ?? [];
    if (equation?.left.kind !== 'operation' || equation.operands.length !== 2) return null;
    if (first === undefined || second === undefined) return null;
    const { operator } = equation.left;
    if (operator !== '+' && operator !== '*') return null;
    const swapped = `${written(second.value)}${operator}${written(first.value)}`;
    return equation.leftText.includes('%')
      ? null
      : `Again, [${swapped}=${written(equation.stated)}]`;
  },
];

/** A step that only says again what another has found. */
export const restatedStep: Draw = ({ chain, random }) => {
  const places = bracketed(chain);
  if (places.length === 0) return null;
  const index = random.pick(places);
  const step = chain.steps[index];
  const text = step === undefined ? null : random.pick(RESTATEMENTS)(step);
  return text === null ? null : insert(chain, index + 1, text);
};
