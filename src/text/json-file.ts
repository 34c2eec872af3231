/** The content of a JSON file from outside; an engine's own message names neither the file nor what to do. */

/**
 * @param name of the file, as the visitor knows it
 * @param advice what to do where it is no JSON, as a sentence
 * @throws Error naming the file
 */
export function parseJsonFile(text: string, name: string, advice: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Expected JSON in ${name}, found: ${found.slice(0, 200)}. ${advice}`, {
      cause,
    });
  }
}

/** For a file that was downloaded. */
export const DOWNLOADED_ADVICE =
  'Delete it among the downloaded files and try again, or check the repository and the address of the hub.';
