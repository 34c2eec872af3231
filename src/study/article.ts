/** What the article reports whose comparison a study repeats, as far as its text says. */

import type { Method } from './methods';

/** “Accuracy” on the test split of GSM8K, flan-t5-large teaching flan-t5-small; the article does not define it. */
export const ARTICLE_TEST_ACCURACY: Partial<Readonly<Record<Method, number>>> = {
  answer: 0.59,
  cot: 0.71,
  feedback: 0.75,
};

/** Whether a study began as the article's, on a GPU or in small; the preset was called `flan` once. */
export function repeatsArticle({ preset }: { readonly preset: string }): boolean {
  return ['article', 'article-pocket', 'flan'].includes(preset);
}

/** What the article's text leaves open, what the preset `article` does there, and why. */
export interface ArticleChoice {
  readonly question: string;
  readonly choice: string;
  readonly reason: string;
}

export const ARTICLE_CHOICES: readonly ArticleChoice[] = [
  {
    question: 'What “accuracy” is',
    choice:
      'Exact match of the final answer and token accuracy, side by side, on all three splits.',
    reason:
      'The word is not defined. Exact match is what GSM8K is scored by; 0.59, 0.71 and 0.75 cannot be it, because published figures for flan-t5-small are 2 to 5\u00a0%, and at most 15\u00a0% with equations alone and a calculator; token accuracy fits.',
  },
  {
    question: 'How GSM8K is split',
    choice:
      'The official 1,319 test problems stay untouched; 500 validation problems are drawn from the official training problems, with the same shares of every number of steps; the rest are trained on.',
    reason: 'Figures on other test problems could not be compared with anything published.',
  },
  {
    question: 'What the feedback module is',
    choice:
      'A verdict with a reason for every step: form, repetition, arithmetic, origin of its numbers, agreement with the author’s solution, need for it. Rejected chains are sampled again, then with the answer in sight, then replaced by the author’s solution.',
    reason:
      'The text names a module and gives no rule. These are checks that published work describes and that can be measured one by one.',
  },
  {
    question: 'How the teacher is asked',
    choice:
      'Three worked examples, greedily first, then up to four samples at temperature 0.7 and two with the answer in sight.',
    reason:
      'flan-t5-large solves 2 to 7\u00a0% of GSM8K at the first attempt: a filter alone would leave almost nothing.',
  },
  {
    question: 'What “equal conditions” are',
    choice:
      'Every method starts from the same student and trains on the same number of target tokens, 5 million, with the same settings and order; the best checkpoint is chosen by exact match on validation.',
    reason:
      'Equal epochs would give rationales twenty times the tokens that answers get, and equal updates as well.',
  },
  {
    question: 'Hyperparameters',
    choice:
      'AdamW at 3e-4 with 3\u00a0% warmup and weight decay 0.01, clipped at norm 1, batches of 8, inputs and targets of at most 256 tokens.',
    reason: 'The middle of what public recipes for flan-t5-small on GSM8K use.',
  },
  {
    question: 'How students answer',
    choice:
      'Greedily, and reported apart by majority of five drawn answers and with a calculator. An answer is read strictly after #### and, apart, flexibly as the last number.',
    reason: 'Published figures differ in all of these, and they move a small student’s score.',
  },
  {
    question: 'How sure a difference is',
    choice: 'Paired by problem (McNemar), with intervals; over several seeds with Student’s t.',
    reason:
      'One run of each method on one seed, as the article reports, tells no effect from chance.',
  },
];
