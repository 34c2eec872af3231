/** The limits of problem files, each with its reason. */

/** Most files at once; a data set is one to three, and a dropped folder must not be read whole by mistake. */
export const MAXIMUM_FILES = 16;
/** Largest file in characters: thirty times GSM8K's larger one. It is held in memory as a whole. */
export const MAXIMUM_FILE_LENGTH = 128 * 1024 * 1024;
/**
 * Most rows of a file: thirteen times GSM8K, more than a tab trains on in a day. Reading that many, the
 * search for near-duplicates included, takes up to half a minute and 300 MB, at every change of a column.
 */
export const MAXIMUM_ROWS = 100_000;
/** Longest line or field in characters; within the question and answer limits both are far shorter. */
export const MAXIMUM_FIELD_LENGTH = 100_000;
/** Most columns: three are used, and exports of questionnaires have dozens. */
export const MAXIMUM_COLUMNS = 100;
/** Longest name of a column in characters; a longer one is cut, because it is shown in a list. */
export const MAXIMUM_COLUMN_NAME_LENGTH = 200;
/** Most malformed rows before a file counts as something other than CSV; each could be scanned twice. */
export const MAXIMUM_MALFORMED_ROWS = 10_000;
