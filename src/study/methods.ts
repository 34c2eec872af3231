/** The methods of distillation that a study can compare: what each trains on, and what that rests on. */

/** In the order of tables and charts; the whole method is last, and set against each of the others. */
export const METHODS = [
  'answer',
  'answer-soft',
  'cot',
  'cot-soft',
  'cot-answer-filter',
  'cot-diverse',
  'rules-only',
  'equation-only',
  'feedback-without-student-loop',
  'feedback-soft',
  'feedback',
] as const;
export type Method = (typeof METHODS)[number];

/** The published comparison; the others take one part of it away. */
export const COMPARED_METHODS: readonly Method[] = ['answer', 'cot', 'feedback'];

export interface MethodTraits {
  /** What the student is asked for, in training and in every evaluation. */
  readonly asks: 'answer' | 'rationale';
  /** True where its rationales are reduced to their equations. */
  readonly equationsOnly: boolean;
  /** True where it trains on what the feedback stage made of the rationales, which then counts as its cost. */
  readonly needsFeedback: boolean;
  /** True where it also learns the teacher's probabilities of every target token. */
  readonly soft: boolean;
  /** True where it trains on several rationales a problem, which the teacher writes for it alone. */
  readonly diverse: boolean;
  /** True where its student is examined after a round of training, and trained again on what that showed. */
  readonly studentLoop: boolean;
}

const PLAIN: MethodTraits = {
  asks: 'rationale',
  equationsOnly: false,
  needsFeedback: false,
  soft: false,
  diverse: false,
  studentLoop: false,
};

export const METHOD_TRAITS: Readonly<Record<Method, MethodTraits>> = {
  answer: { ...PLAIN, asks: 'answer' },
  'answer-soft': { ...PLAIN, asks: 'answer', soft: true },
  cot: PLAIN,
  'cot-soft': { ...PLAIN, soft: true },
  'cot-answer-filter': PLAIN,
  'cot-diverse': { ...PLAIN, diverse: true },
  // Its checks know no answer, but further samples were written for what the whole module rejected.
  'rules-only': { ...PLAIN, needsFeedback: true },
  'equation-only': { ...PLAIN, equationsOnly: true, needsFeedback: true },
  'feedback-without-student-loop': { ...PLAIN, needsFeedback: true },
  feedback: { ...PLAIN, needsFeedback: true, studentLoop: true },
  // Without the loop: what the teacher thinks of a rationale written anew would have to be asked after every round.
  'feedback-soft': { ...PLAIN, needsFeedback: true, soft: true },
};

/** These methods in the order of `METHODS`. */
export function inOrder(methods: readonly Method[]): readonly Method[] {
  return METHODS.filter((method) => methods.includes(method));
}

/** Whether one of these methods trains on several rationales a problem. */
export function needsDiverseSamples(methods: readonly Method[]): boolean {
  return methods.some((method) => METHOD_TRAITS[method].diverse);
}

/** Those of these methods that need a teacher with the student's tokenizer. */
export function softMethods(methods: readonly Method[]): readonly Method[] {
  return methods.filter((method) => METHOD_TRAITS[method].soft);
}
