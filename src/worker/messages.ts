/** What the worker accepts: every message is checked before anything is done with it. */

import * as v from 'valibot';
import { requestedLayoutSchema } from '../data/file-layout';
import { MAXIMUM_FILES } from '../data/file-limits';
import { traceFilterSchema, traceOrderSchema } from '../rationale/trace-filter';
import { LONGEST_QUESTION } from '../study/live-answer';
import { studyConfigurationSchema } from '../study/configuration';
import { METHODS } from '../study/methods';
import { EXPORT_FORMATS } from '../study/export/exported-file';
import { TRACE_LAYOUTS } from '../study/export/trace-lines';
import { studyNameSchema } from '../study/name';

/** Ids and names are short; a longer one is not ours. */
const name = v.pipe(v.string(), v.maxLength(200));
const none = v.strictObject({});
const ofStudy = v.strictObject({ studyId: name });
const problemFiles = v.pipe(
  v.array(
    v.strictObject({
      name: v.pipe(v.string(), v.maxLength(1000)),
      text: v.string(),
      layout: v.exactOptional(requestedLayoutSchema),
    }),
  ),
  v.maxLength(MAXIMUM_FILES),
);
const traceQuery = v.strictObject({
  studyId: name,
  filter: traceFilterSchema,
  order: traceOrderSchema,
});
const place = v.pipe(v.number(), v.integer(), v.minValue(0));
const ofRun = v.strictObject({ studyId: name, runId: name });
const ofProblem = v.strictObject({ studyId: name, problemId: name });

const id = v.pipe(v.number(), v.integer());

const messageSchema = v.variant('request', [
  v.strictObject({
    id,
    request: v.literal('detectDevice'),
    parameters: v.strictObject({
      backend: v.exactOptional(v.picklist(['webgpu', 'wasm', 'cpu'])),
    }),
  }),
  v.strictObject({
    id,
    request: v.literal('startStudy'),
    parameters: v.strictObject({
      configuration: studyConfigurationSchema,
      files: v.exactOptional(problemFiles),
    }),
  }),
  v.strictObject({
    id,
    request: v.literal('estimateStudy'),
    parameters: v.strictObject({
      configuration: studyConfigurationSchema,
      measure: v.boolean(),
      look: v.boolean(),
    }),
  }),
  v.strictObject({ id, request: v.literal('resumeStudy'), parameters: ofStudy }),
  v.strictObject({ id, request: v.literal('takeOverStudy'), parameters: ofStudy }),
  v.strictObject({ id, request: v.literal('pauseStudy'), parameters: none }),
  v.strictObject({
    id,
    request: v.literal('skipMethod'),
    parameters: v.strictObject({ method: v.picklist(METHODS), skips: v.boolean() }),
  }),
  v.strictObject({ id, request: v.literal('deleteStudy'), parameters: ofStudy }),
  v.strictObject({ id, request: v.literal('undoDelete'), parameters: ofStudy }),
  v.strictObject({
    id,
    request: v.literal('renameStudy'),
    parameters: v.strictObject({ studyId: name, name: studyNameSchema }),
  }),
  v.strictObject({
    id,
    request: v.literal('exportStudy'),
    parameters: v.strictObject({ studyId: name, weights: v.boolean() }),
  }),
  v.strictObject({
    id,
    request: v.literal('importStudy'),
    parameters: v.strictObject({ file: v.blob() }),
  }),
  v.strictObject({ id, request: v.literal('studySizes'), parameters: none }),
  v.strictObject({ id, request: v.literal('listStudies'), parameters: none }),
  v.strictObject({ id, request: v.literal('readSnapshot'), parameters: ofStudy }),
  v.strictObject({ id, request: v.literal('listTraces'), parameters: traceQuery }),
  v.strictObject({
    id,
    request: v.literal('exportTraces'),
    parameters: v.strictObject({ ...traceQuery.entries, layout: v.picklist(TRACE_LAYOUTS) }),
  }),
  v.strictObject({ id, request: v.literal('exportAnswers'), parameters: ofStudy }),
  v.strictObject({
    id,
    request: v.literal('compareAnswers'),
    parameters: v.strictObject({ first: ofRun, second: ofRun }),
  }),
  v.strictObject({
    id,
    request: v.literal('judgeByHand'),
    parameters: v.strictObject({
      ...ofProblem.entries,
      verdict: v.strictObject({
        sample: place,
        step: place,
        verdict: v.nullable(v.picklist(['kept', 'rejected'])),
      }),
    }),
  }),
  v.strictObject({ id, request: v.literal('readTrace'), parameters: ofProblem }),
  v.strictObject({ id, request: v.literal('readTestAnswers'), parameters: ofStudy }),
  v.strictObject({ id, request: v.literal('readStudentAnswers'), parameters: ofProblem }),
  v.strictObject({
    id,
    request: v.literal('exportStudent'),
    parameters: v.strictObject({ studyId: name, runId: name, format: v.picklist(EXPORT_FORMATS) }),
  }),
  v.strictObject({
    id,
    request: v.literal('askModel'),
    parameters: v.strictObject({
      studyId: name,
      subject: name,
      question: v.pipe(
        v.string(),
        v.trim(),
        v.minLength(1, 'write a question first'),
        v.maxLength(LONGEST_QUESTION, `a question has at most ${LONGEST_QUESTION} characters`),
      ),
    }),
  }),
  v.strictObject({ id, request: v.literal('stopAnswer'), parameters: none }),
  v.strictObject({ id, request: v.literal('closeQuestions'), parameters: none }),
  v.strictObject({ id, request: v.literal('listDownloads'), parameters: none }),
  v.strictObject({
    id,
    request: v.literal('deleteDownload'),
    parameters: v.strictObject({ key: v.pipe(v.string(), v.maxLength(1000)) }),
  }),
  v.strictObject({
    id,
    request: v.literal('importModel'),
    parameters: v.strictObject({ weights: v.file(), configuration: v.nullable(v.file()) }),
  }),
  v.strictObject({ id, request: v.literal('storageUsage'), parameters: none }),
  v.strictObject({
    id,
    request: v.literal('inspectFiles'),
    parameters: v.strictObject({ files: problemFiles }),
  }),
]);

export type CheckedMessage = v.InferOutput<typeof messageSchema>;

/** The id to answer under, of a message that may be anything. */
export function messageId(message: unknown): number {
  const parsed = v.safeParse(v.object({ id }), message);
  return parsed.success ? parsed.output.id : 0;
}

/**
 * Checks a message from the page.
 *
 * @throws Error naming the member that is wrong.
 */
export function checkMessage(message: unknown): CheckedMessage {
  const parsed = v.safeParse(messageSchema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue)?.replace(/^parameters\./, '') ?? 'the message';
  throw new Error(`This request cannot be carried out: ${place}: ${issue.message}`);
}
