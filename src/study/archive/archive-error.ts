/** What is wrong with a file that should be an exported study. */

/** Of a plain class, as every refusal of a file is; the sentence says what to do. */
export function archiveError(expectation: string): Error {
  return new Error(
    `This file cannot be opened as a study: ${expectation}. Nothing was changed; export the study again, or choose another file.`,
  );
}
