/** What a teacher wrote, as traces keep it. */

import { parseRationale } from '../text/grammar';
import type { TeacherOutput } from './teacher';
import type { TeacherSample } from './trace';

/** A teacher's output as a sample of a trace. */
export function teacherSample(
  sample: number,
  temperature: number,
  output: TeacherOutput,
  hinted = false,
): TeacherSample {
  const { answer } = parseRationale(output.text);
  return { sample, temperature, ...(hinted ? { hinted } : {}), ...output, answer };
}
