/** What the file of a study consists of: its parts, their records, and the manifest that names and hashes them. */

import * as v from 'valibot';
import type {
  CheckpointPointer,
  EvaluationBatch,
  ProblemRecord,
  RunRecord,
  SoftTargetRecord,
  StudyFilesRecord,
} from '../../storage/schema';
import type { Trace } from '../../rationale/trace';
import { fileName } from '../file-name';
import { count, type Checks } from './checked-members';
import { MAXIMUM_CHECKPOINT_BYTES, MAXIMUM_ENTRIES } from './limits';
import {
  checkpointSchema,
  evaluationSchema,
  filesSchema,
  packedSoftTargetsSchema,
  problemRecordSchema,
  runSchema,
  traceSchema,
} from './record-checks';

/** What the file of a study of this name is called. */
export function studyFileName(name: string): string {
  return `${fileName(name)}.winnow.zip`;
}

export const MANIFEST_PATH = 'manifest.json';
export const STUDY_PATH = 'study.jsonl.gz';

/** What the ids of a study begin with inside its file: elsewhere it gets another one. */
export const ARCHIVED_ID = 'study';

/** Changes whenever older pages could not open the file any more. */
export const ARCHIVE_VERSION = 1;

/** The records of the stores by the name of their part, in the order they are written and checked in. */
export interface ArchivedRecords {
  readonly files: StudyFilesRecord;
  readonly problems: ProblemRecord;
  readonly traces: Trace;
  readonly runs: RunRecord;
  readonly evaluations: EvaluationBatch;
  readonly 'soft-targets': PackedSoftTargets;
  readonly checkpoints: CheckpointPointer;
}
export type PartName = keyof ArchivedRecords;

/** Soft targets with their numbers packed into texts of base64. */
export type PackedSoftTargets = Omit<SoftTargetRecord, 'ids' | 'logits'> & {
  readonly ids: string;
  readonly logits: string;
};

export const PART_SCHEMAS: {
  readonly [Name in PartName]: v.GenericSchema<ArchivedRecords[Name], unknown>;
} = {
  files: filesSchema,
  problems: problemRecordSchema,
  traces: traceSchema,
  runs: runSchema,
  evaluations: evaluationSchema,
  'soft-targets': packedSoftTargetsSchema,
  checkpoints: checkpointSchema,
};

export const PART_NAMES: readonly PartName[] = [
  'files',
  'problems',
  'traces',
  'runs',
  'evaluations',
  'soft-targets',
  'checkpoints',
];

export function partPath(name: PartName): string {
  return `${name}.jsonl.gz`;
}

/** Where the weights and optimizer state of a checkpoint are, by its place in the list of checkpoints. */
export function checkpointPath(place: number): string {
  return `checkpoints/${place}.safetensors`;
}

/** One file of the archive. */
export interface ArchivePart {
  readonly path: string;
  /** As it is stored. */
  readonly bytes: number;
  readonly sha256: string;
}

const partSchema = v.strictObject({
  path: v.string(),
  bytes: v.pipe(count, v.maxValue(MAXIMUM_CHECKPOINT_BYTES)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
} satisfies Checks<ArchivePart>);

/** Says what the file is, and names every other file in it with its size and hash. */
export const manifestSchema = v.strictObject({
  format: v.literal('winnow-study', 'expected an exported study of this page'),
  version: v.literal(
    ARCHIVE_VERSION,
    `expected version ${ARCHIVE_VERSION}; it was written by another version of this page`,
  ),
  parts: v.pipe(v.array(partSchema), v.maxLength(MAXIMUM_ENTRIES)),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
