/** Prompt templates: how a teacher is asked, with places for the question, worked examples and the gold answer. */

export const PLACES = ['question', 'examples', 'answer', 'rationale'] as const;
export type Place = (typeof PLACES)[number];

/** One problem solved the way the teacher is to solve its own. */
export interface WorkedExample {
  readonly question: string;
  /** In the rationale grammar: `step | step | #### 72`. */
  readonly rationale: string;
}

export interface TeacherPrompts {
  /** Asks for a rationale; has the place `{question}` and may have `{examples}`. */
  readonly solve: string;
  /**
   * Asks once more with the answer in sight (STaR, Zelikman et al. 2022), for problems that the teacher
   * got wrong; has the places `{question}` and `{answer}` and may have `{examples}`.
   */
  readonly hinted: string;
  /** How each worked example is written where `{examples}` stands; has `{question}` and `{rationale}`. */
  readonly example: string;
  readonly examples: readonly WorkedExample[];
}

/** The places a template names, known or not, in the order of their first occurrence. */
export function placesOf(template: string): string[] {
  return [...new Set([...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))];
}

/** The prompt that asks for a rationale of this question. */
export function solvingPrompt(prompts: TeacherPrompts, question: string): string {
  return fill(prompts.solve, { question, examples: workedExamples(prompts) });
}

/** The prompt that asks for a rationale of this question which ends in the gold answer. */
export function hintedPrompt(prompts: TeacherPrompts, question: string, answer: string): string {
  return fill(prompts.hinted, { question, answer, examples: workedExamples(prompts) });
}

function workedExamples({ example, examples }: TeacherPrompts): string {
  return examples.map((each) => fill(example, { ...each })).join('\n');
}

/** Every place at once, so that braces inside a question are never taken for places. */
function fill(template: string, values: Readonly<Partial<Record<Place, string>>>): string {
  return template.replace(/\{(\w+)\}/g, (written, name: string) => {
    const place = PLACES.find((each) => each === name);
    return (place === undefined ? undefined : values[place]) ?? written;
  });
}
