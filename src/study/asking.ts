/** Asking one model of a study a question of the visitor's own, heard while it writes and checked step by step. */

import { methodPrompt } from '../distill/examples';
import { judgeRationale } from '../feedback/judge';
import { parseRationale } from '../text/grammar';
import { solvePrompt } from '../text/prompts';
import { solvingPrompt } from '../text/prompt-template';
import { outputLimit } from './answering';
import type { StudyConfiguration } from './configuration';
import { letMessagesIn } from './event-loop';
import type { LiveAnswer } from './live-answer';
import { METHOD_TRAITS, type Method } from './methods';
import type { Student, StudyModels } from './models';

export interface Listener {
  /** Called after every token. */
  readonly hear: (answer: LiveAnswer) => void;
  /** Ends the writing. */
  readonly signal: AbortSignal;
}

/** Asks a study's teacher; one of another engine is heard when it has finished. */
export async function askTeacher(
  { teacher }: StudyModels,
  { prompts, rationale }: StudyConfiguration,
  question: string,
  listener: Listener,
): Promise<LiveAnswer> {
  const { tell, end } = telling(question, true, listener);
  const [output] = await teacher.generate([solvingPrompt(prompts, question)], {
    temperature: 0,
    seeds: [0],
    maximumTokens: rationale.maximumTokens,
    onText: tell,
  });
  return end(output?.text ?? '');
}

/**
 * Asks a student, in the form that its method is asked in.
 *
 * @param method null for the student before training, which is asked for a rationale
 * @throws Error when the question has more tokens than the study's students read
 */
export async function askStudent(
  { tokenizer }: Pick<StudyModels, 'tokenizer'>,
  student: Pick<Student, 'generate'>,
  method: Method | null,
  { rationale, training }: StudyConfiguration,
  question: string,
  listener: Listener,
): Promise<LiveAnswer> {
  const input = tokenizer.encode(
    method === null ? solvePrompt(question) : methodPrompt(method, question),
  );
  if (input.length > training.maximumInputTokens) {
    throw new Error(
      `Expected a question of at most ${training.maximumInputTokens} tokens, found ${input.length}. Shorten it.`,
    );
  }
  const asksSteps = method === null || METHOD_TRAITS[method].asks === 'rationale';
  const limit = outputLimit(method ?? 'cot', rationale.maximumTokens);
  const { tell, end } = telling(question, asksSteps, listener);
  const [ids = []] = await student.generate([input], limit, {
    onTokens: ([written = []]) => tell(tokenizer.decode(written)),
  });
  return end(tokenizer.decode(ids));
}

/** Passes on what is written, and lets messages in between two tokens, so that somebody can stop it. */
function telling(question: string, asksSteps: boolean, { hear, signal }: Listener) {
  return {
    tell: async (text: string): Promise<boolean> => {
      hear(readLive(text, question, asksSteps, 'writing'));
      await letMessagesIn();
      return !signal.aborted;
    },
    end: (text: string): LiveAnswer =>
      readLive(text, question, asksSteps, signal.aborted ? 'stopped' : 'done'),
  };
}

/** Steps are judged once they are whole: a number that is half written would be a wrong one. */
export function readLive(
  text: string,
  question: string,
  asksSteps: boolean,
  state: LiveAnswer['state'],
): LiveAnswer {
  if (!asksSteps) {
    const answer = state === 'done' && text.trim() !== '' ? text.trim() : null;
    return { steps: [], rest: answer === null ? text : '', answer, state };
  }
  const end = state === 'done' ? text.length : text.lastIndexOf('|');
  const whole = text.slice(0, Math.max(0, end));
  const context = { question, goldRationale: '', goldAnswer: '' };
  const { steps } = judgeRationale(whole, context, { rulesOnly: true, trimRedundant: false });
  const answer = state === 'done' ? parseRationale(text).answer : null;
  return { steps, rest: text.slice(end + 1).trim(), answer, state };
}
