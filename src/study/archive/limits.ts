/** The caps that the file of a study is held to, each with its reason. */

/** Files within it: nine of records, and one for each of at most a few dozen checkpoints. */
export const MAXIMUM_ENTRIES = 1_000;

/** UTF-8 bytes of a path within it. The longest of ours has 40. */
export const MAXIMUM_PATH_BYTES = 100;

/** Bytes of the list of files, which is held in memory as a whole. */
export const MAXIMUM_DIRECTORY_BYTES = MAXIMUM_ENTRIES * (46 + MAXIMUM_PATH_BYTES + 28);

/** Bytes of the manifest: a thousand parts at two hundred bytes each. */
export const MAXIMUM_MANIFEST_BYTES = 400_000;

/**
 * Characters of one record: a study with thousands of loss points, or a trace with two dozen samples, has less than a
 * million. A record of files is as large as those may be.
 */
export const MAXIMUM_RECORD_LENGTH = 16 * 1024 * 1024;

/** Records of one kind: a hundred thousand problems in three splits, answered by a dozen students. */
export const MAXIMUM_RECORDS = 1_500_000;

/** Bytes of a checkpoint: flan-t5-large in 32 bits with both moments of AdamW, and as much again. */
export const MAXIMUM_CHECKPOINT_BYTES = 20_000_000_000;

/** Bytes that are read, hashed and written at a time. */
export const BLOCK_BYTES = 1024 * 1024;

/** Rationales of an excerpt: enough to look around in, in little room. */
export const EXCERPT_TRACES = 1_000;
