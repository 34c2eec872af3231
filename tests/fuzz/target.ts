/** What is fuzzed: a parser, valid files for it, and what its refusals look like. */

import type { Random } from '../../src/data/random';
import { mutateJson } from './json-mutation';

export interface FuzzTarget {
  /** Short, for `--only`. */
  readonly name: string;
  /** Valid files, each of which the parser accepts. */
  readonly files: readonly FuzzFile[];
  /** Reads a file whole. Refuses by throwing; returns normally when it accepts. */
  readonly read: (bytes: Uint8Array) => void | Promise<void>;
  /** False for what accepts everything, as readers of texts do. */
  readonly refuses: boolean;
  /**
   * True for an error that is a refusal as the parser promises it; anything else that is thrown is a crash.
   */
  readonly isRefusal: (error: unknown) => boolean;
  /** Mutants of the everyday test, where as many as of the others would take too long. */
  readonly everydayMutants?: number;
  /** Most bytes that reading may allocate for each byte of the file, beside a constant. */
  readonly memoryMultiple: number;
}

export interface FuzzFile {
  readonly bytes: Uint8Array;
  /** How many of its first bytes are header, where most mutations go; the whole length for texts. */
  readonly headerBytes: number;
  /** Mutants that keep the form of the file and change what it says; every second one is made by it. */
  readonly mutateStructure?: (random: Random) => Uint8Array;
}

/** An error for people: of the plain class, so not a bug's `TypeError` or `RangeError`, with a whole sentence. */
export function isPlainRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.constructor === Error &&
    error.message.length >= 20 &&
    error.message.length <= 2_000
  );
}

const encoder = new TextEncoder();

/** A text as a file. */
export function textFile(text: string): FuzzFile {
  const bytes = encoder.encode(text);
  return { bytes, headerBytes: bytes.length };
}

/** A JSON object as a file. */
export function jsonFile(value: Readonly<Record<string, unknown>>): FuzzFile {
  return {
    ...textFile(JSON.stringify(value)),
    mutateStructure: (random) => encoder.encode(JSON.stringify(mutateJson(value, random))),
  };
}
