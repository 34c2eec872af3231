/** Traces that did not come back from the disk as they were written: dropped before a study goes on, to be made again. */

import type { Stores } from '../storage/stores';
import type { DiverseSummary, RationaleSummary, StageProgress } from './snapshot';
import { countResamples, countVerdicts } from './stages/feedback';
import { countDiverse } from './stages/diverse-samples';
import { countTraces } from './stages/rationale';
import type { StudyState } from './study-state';

/**
 * Looks through the traces of a study that goes on, as long as something is still made from them. The stages
 * that made the damaged ones make just these again, with the same result.
 */
export async function dropDamagedTraces(
  state: StudyState,
  stores: Stores,
  note: (sentence: string) => void,
): Promise<void> {
  const { studyId, stages } = state.record;
  if (stages.rationale.done === 0 || stages.train.state === 'done') return;
  const damaged = await stores.traces.findDamaged(studyId);
  if (damaged.length === 0) return;
  note(
    `${damaged.length} of the study's rationales were damaged in the browser's storage (their SHA-256 differs, or a part is gone). They are written and judged again.`,
  );
  const spentMs = state.record.rationale?.diverse?.elapsedMs ?? 0;
  const summaries = await countAllBut(new Set(damaged), studyId, stores, spentMs);
  const again = (stage: StageProgress): StageProgress =>
    stage.state === 'waiting' ? stage : { ...stage, state: 'running' };
  const patch = {
    ...summaries,
    stages: { ...stages, rationale: again(stages.rationale), feedback: again(stages.feedback) },
  };
  await state.commit(patch, (record) => stores.traces.drop(studyId, damaged, record));
}

/** The summaries as they would be without these traces. */
async function countAllBut(
  damaged: ReadonlySet<number>,
  studyId: string,
  stores: Stores,
  diverseMs: number,
) {
  let rationale: RationaleSummary | null = null;
  let feedback: ReturnType<typeof countVerdicts> | null = null;
  let diverse: DiverseSummary | undefined;
  for await (const trace of stores.traces.each(studyId)) {
    if (damaged.has(trace.index)) continue;
    rationale = countTraces(rationale, [trace]);
    if (trace.diverse !== undefined) diverse = countDiverse(diverse, [trace], 0);
    if (trace.provenance === null) continue;
    rationale = countResamples(rationale, [trace]);
    feedback = countVerdicts(feedback, [trace]);
  }
  if (rationale !== null && diverse !== undefined) {
    rationale = { ...rationale, diverse: { ...diverse, elapsedMs: diverseMs } };
  }
  return { rationale, feedback };
}
