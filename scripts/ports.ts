/** The port the page is served on. */

/**
 * Always the same first choice: the browser keeps studies per origin, and another port is another
 * origin, where an interrupted study would not be found again.
 */
export const DEFAULT_PORT = 4670;

/**
 * Reads a port from the command line.
 *
 * @throws Error when it is not an integer between 0 and 65535.
 */
export function portNumber(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`--port takes a number from 0 to 65535; it was given "${text}".`);
}
