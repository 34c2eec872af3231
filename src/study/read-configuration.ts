/** Reads configurations that people bring: what is wrong with one is said setting by setting. */

import * as v from 'valibot';
import { studyConfigurationSchema, type StudyConfiguration } from './configuration';
import { numberBounds, type NumberBounds } from './settings';

/** Characters of a configuration's text that are read: sixteen long worked examples take about 130,000. */
export const LONGEST_CONFIGURATION = 200_000;

/** Characters shown of a value that cannot be used. */
const LONGEST_FOUND = 60;

/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** The setting, such as `training.learningRate`; empty where it is the whole. */
  readonly path: string;
  /** What was expected and what was found, without the path. */
  readonly sentence: string;
}

export type ReadConfiguration =
  | { readonly configuration: StudyConfiguration }
  | { readonly problems: readonly ConfigurationProblem[] };

/** Checks a configuration from outside. */
export function checkConfiguration(value: unknown): ReadConfiguration {
  const parsed = v.safeParse(studyConfigurationSchema, value);
  if (parsed.success) return { configuration: parsed.output };
  return { problems: parsed.issues.map(problemOf) };
}

/** Reads a configuration that is written as JSON. */
export function readConfigurationText(text: string): ReadConfiguration {
  const refuse = (sentence: string) => ({ problems: [{ path: '', sentence }] });
  if (text.length > LONGEST_CONFIGURATION) {
    return refuse(
      `expected at most ${LONGEST_CONFIGURATION} characters, found ${text.length}: this is something else than a configuration`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    return checkConfiguration(value);
  } catch (error) {
    return refuse(`expected JSON, found ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Issue = v.InferIssue<typeof studyConfigurationSchema>;

function problemOf(issue: Issue): ConfigurationProblem {
  const path = v.getDotPath(issue) ?? '';
  const bounds = numberBounds(path);
  const found = shortened(issue.received);
  if (bounds !== null) return { path, sentence: `${boundsSentence(bounds)}, found ${found}` };
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return { path, sentence: 'there is no setting of this name in this version: leave it out' };
  }
  if (issue.received === 'undefined') return { path, sentence: 'this setting is missing' };
  // Sentences of our own say it better than what the schema says by itself.
  const isOwn = !issue.message.startsWith('Invalid ') || issue.expected === null;
  return { path, sentence: isOwn ? issue.message : `expected ${issue.expected}, found ${found}` };
}

/** The beginning of what was found, which may be anything. */
function shortened(found: string): string {
  return found.length > LONGEST_FOUND ? `${found.slice(0, LONGEST_FOUND)} …` : found;
}

/** Such as `expected a whole number from 1 to 256`. */
export function boundsSentence({ least, most, isWhole, ...rest }: NumberBounds): string {
  const number = isWhole ? 'a whole number' : 'a number';
  return `expected ${number} from ${least} to ${most}${'none' in rest ? ', or nothing' : ''}`;
}
