/** The prompts of a study: the schema of its templates, and the styles to start from. */

import * as v from 'valibot';
import { parseRationale } from '../text/grammar';
import { placesOf, type Place, type TeacherPrompts } from '../text/prompt-template';

/** Longest template in characters; a prompt of a T5 has a few hundred tokens. */
const MAXIMUM_TEMPLATE_LENGTH = 4_000;
/** Most worked examples, which the teacher reads again with every question. */
export const MAXIMUM_EXAMPLES = 16;

function template(needed: readonly Place[], allowed: readonly Place[] = []) {
  const known: readonly string[] = [...needed, ...allowed];
  const listed = known.map((place) => `{${place}}`).join(', ');
  return v.pipe(
    v.string(),
    v.maxLength(MAXIMUM_TEMPLATE_LENGTH, `at most ${MAXIMUM_TEMPLATE_LENGTH} characters are used`),
    v.check(
      (text) => {
        const places = placesOf(text);
        return needed.every((place) => places.includes(place));
      },
      `expected the place ${needed.map((place) => `{${place}}`).join(' and ')} in the template`,
    ),
    v.check(
      (text) => placesOf(text).every((place) => known.includes(place)),
      `this template takes the places ${listed} and no other`,
    ),
  );
}

const exampleText = v.pipe(
  v.string(),
  v.trim(),
  v.nonEmpty('a worked example has a question and a rationale'),
  v.maxLength(MAXIMUM_TEMPLATE_LENGTH, `at most ${MAXIMUM_TEMPLATE_LENGTH} characters are used`),
);

const rationaleText = v.pipe(
  exampleText,
  v.check(
    (text) => parseRationale(text).answer !== null,
    'the rationale of a worked example ends in its answer, such as: [2+3=5] apples | #### 5',
  ),
);

export const promptsSchema = v.pipe(
  v.strictObject({
    solve: template(['question'], ['examples']),
    hinted: template(['question', 'answer'], ['examples']),
    example: template(['question', 'rationale']),
    examples: v.pipe(
      v.array(v.strictObject({ question: exampleText, rationale: rationaleText })),
      v.maxLength(MAXIMUM_EXAMPLES, `at most ${MAXIMUM_EXAMPLES} worked examples are used`),
      v.readonly(),
    ),
  }),
  v.check(
    ({ solve, examples }) => examples.length > 0 === placesOf(solve).includes('examples'),
    'worked examples and the place {examples} in the template go together: give both or neither',
  ),
);

export const PROMPT_STYLES = ['trained', 'zero-shot', 'few-shot'] as const;
export type PromptStyle = (typeof PROMPT_STYLES)[number];

const EXAMPLE = 'Question: {question}\nAnswer: {rationale}';

/** Written for this project: in no data set, of one to three steps, one with a number that is not needed. */
const EXAMPLES = [
  {
    question:
      'A baker fills 6 trays with 8 rolls each. He sells 31 rolls before noon. How many rolls are left?',
    rationale: 'There are [6*8=48] 48 rolls | So [48-31=17] 17 rolls are left | #### 17',
  },
  {
    question: 'Ines reads 14 pages a day for a week. How many pages does she read?',
    rationale: 'A week has 7 days, so she reads [14*7=98] 98 pages | #### 98',
  },
  {
    question:
      'A ticket costs $9, half of that for children, and the show lasts 2 hours. What do 2 adults and 2 children pay?',
    rationale:
      'A child pays [9/2=4.5] 4.5 dollars | The adults pay [2*9=18] 18 dollars | The children pay [2*4.5=9] 9 dollars | Together they pay [18+9=27] 27 dollars | #### 27',
  },
] as const;

const STYLES: Readonly<Record<PromptStyle, TeacherPrompts>> = {
  trained: {
    solve: 'solve: {question}',
    hinted: 'solve: {question} The answer is {answer}.',
    example: EXAMPLE,
    examples: [],
  },
  // The tasks flan-t5 was tuned on end their chains of thought in "The answer is".
  'zero-shot': {
    solve:
      'Answer the following question by reasoning step by step. Write every calculation, such as 48 / 2 = 24, and end with "The answer is" and the number.\nQuestion: {question}\nAnswer:',
    hinted:
      'Explain step by step why the answer to the following question is {answer}. Write every calculation, such as 48 / 2 = 24, and end with "The answer is {answer}".\nQuestion: {question}\nAnswer:',
    example: EXAMPLE,
    examples: [],
  },
  'few-shot': {
    solve: '{examples}\nQuestion: {question}\nAnswer:',
    hinted: '{examples}\nQuestion: {question} (The answer is {answer}.)\nAnswer:',
    example: EXAMPLE,
    examples: EXAMPLES,
  },
};

export const PROMPT_STYLE_DESCRIPTIONS: Readonly<Record<PromptStyle, string>> = {
  trained: 'the form used in training',
  'zero-shot': 'asks in words to reason step by step',
  'few-shot': 'shows worked examples first',
};

/** The prompts of a style. */
export function promptsOfStyle(style: PromptStyle): TeacherPrompts {
  return STYLES[style];
}
