/** GSM8K's way of writing a rationale, and the mapping between it and the rationale grammar. */

import { normalizeAnswer } from './answer';
import { formatRationale, parseRationale } from './grammar';

/** One calculator annotation, with the result that is usually written after it. */
const ANNOTATION = /<<[^<>]*>>(?:\s?[$\u20ac\u00a3]?-?\d[\d,]*(?:\.\d+)?%?)?/g;

/**
 * Turns a GSM8K answer field (lines of prose with `<<48/2=24>>`, then `#### 72`) into a rationale and
 * its answer.
 *
 * What `rationaleToGsm8k` cannot give back, because the grammar has no room for it: empty lines are
 * dropped; brackets of the prose become round ones; `|` becomes `/`; the answer takes its plain form
 * (`1,080` becomes `1080`); a line with several annotations becomes several steps.
 *
 * @throws Error when there is no `####` line or no number after it.
 */
export function rationaleFromGsm8k(answerField: string): { rationale: string; answer: string } {
  const mark = answerField.lastIndexOf('####');
  if (mark < 0) {
    throw new Error('A GSM8K answer ends in a line "#### 72"; this one has no "####".');
  }
  const written = answerField.slice(mark + 4);
  const answer = normalizeAnswer(written);
  if (answer === null) {
    throw new Error(
      `A GSM8K answer has one number after "####", found "${written.trim().slice(0, 60)}".`,
    );
  }
  const steps = answerField
    .slice(0, mark)
    .split(/\r\n|\r|\n/)
    .flatMap(splitAnnotations)
    .map(toStep);
  return { rationale: formatRationale(steps, answer), answer };
}

/** A step has one equation, so a line with several is cut after the result of each but the last. */
function splitAnnotations(line: string): string[] {
  const ends = [...line.matchAll(ANNOTATION)].map(({ 0: match, index }) => index + match.length);
  const cuts = [0, ...ends.slice(0, -1), line.length];
  return cuts.slice(1).map((end, index) => line.slice(cuts[index], end));
}

/** `<<48/2=24>>` becomes `[48/2=24]`; square brackets of the prose become round ones first. */
function toStep(line: string): string {
  const rounded = line.replaceAll('[', '(').replaceAll(']', ')');
  return rounded.replace(/<<([^<>]*)>>/g, '[$1]');
}

/** Turns a rationale into GSM8K's way of writing; malformed steps stay as they are. */
export function rationaleToGsm8k(rationale: string): string {
  const { steps, answer } = parseRationale(rationale);
  const lines = steps.map(({ text, equation }) =>
    equation === null
      ? text
      : `${text.slice(0, equation.start)}<<${text.slice(equation.start + 1, equation.end - 1)}>>${text.slice(equation.end)}`,
  );
  if (answer !== null) lines.push(`#### ${answer}`);
  return lines.join('\n');
}
