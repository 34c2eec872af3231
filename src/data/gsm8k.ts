/** GSM8K and its format: JSON Lines of `question` and `answer`, the answer ending in `#### 72`. */

import { cleanRecords, type CleanedProblems } from './cleaning';
import { openProblemFile } from './open-file';

/**
 * Parses an official GSM8K file (`train.jsonl` or `test.jsonl`) into problems `gsm8k-train-1`, ...,
 * numbered by line. Every line is a problem or is dropped with a reason.
 *
 * Source: github.com/openai/grade-school-math.
 */
export function parseGsm8k(text: string, split: 'train' | 'test'): CleanedProblems {
  const name = `${split}.jsonl`;
  const columns = { question: 'question', answer: 'answer', rationale: null };
  const layout = { format: 'json-lines', columns } as const;
  const { records, dropped } = openProblemFile({ name, text, layout });
  const cleaned = cleanRecords(records, {
    file: name,
    source: 'gsm8k',
    idPrefix: `gsm8k-${split}`,
    bareAnswers: false,
    isTest: split === 'test',
  });
  return { ...cleaned, dropped: [...dropped, ...cleaned.dropped] };
}
