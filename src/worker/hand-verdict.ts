/** Verdicts that the visitor gives against those of the checks. */

import { judgeByHand, type HandVerdict } from '../rationale/taught';
import type { Trace } from '../rationale/trace';
import type { TraceStore } from '../storage/trace-store';
import type { StudySnapshot } from '../study/snapshot';

/**
 * Records a verdict of the visitor's and what is taught after it.
 *
 * @param study as it is now; null where it is not in this browser any more
 * @throws Error from when training has begun until the study is done: a run that goes on would not be the one that
 * was started
 */
export async function recordHandVerdict(
  traces: TraceStore,
  study: StudySnapshot | null,
  problemId: string,
  verdict: HandVerdict,
): Promise<Trace> {
  const trace = study === null ? null : await traces.read(study.studyId, problemId);
  if (study === null || trace === null) {
    throw new Error('This problem is not in this browser any more. Open the list again.');
  }
  if (study.stages.train.state !== 'waiting' && study.status !== 'done') {
    throw new Error(
      'Training has begun on these rationales. Verdicts can be changed before it begins, and again once the study is done.',
    );
  }
  const judged = judgeByHand(trace, verdict, study.configuration.feedback.goldFallback);
  await traces.replace(judged);
  return judged;
}
