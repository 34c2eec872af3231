/** The arguments of `npm run parity`, checked. */

import { parseArgs } from 'node:util';
import { BACKENDS, type BackendName } from '../../src/tensor/device';

export const USAGE = `Usage:
  npm run parity -- DIR [--backend ${BACKENDS.join('|')}]
      compare a T5 with PyTorch's results in DIR, a folder laid out like tests/fixtures/t5-tiny (default: wasm)
  npm run parity -- --tokenizer TOKENIZER_DIR CASES.json
      compare the tokenizer in TOKENIZER_DIR with the token ids in CASES.json`;

/** The command was called in a way it does not understand; the message says what was wrong. */
export class UsageError extends Error {}

export type ParityRequest =
  | { readonly check: 'model'; readonly directory: string; readonly backend: BackendName }
  | {
      readonly check: 'tokenizer';
      readonly tokenizerDirectory: string;
      readonly casesFile: string;
    };

/**
 * Reads the arguments after the command's name.
 *
 * @throws UsageError when they are not one of the two forms of {@link USAGE}
 */
export function parseParityRequest(words: readonly string[]): ParityRequest {
  const { values, positionals } = readWords(words);
  const [first, ...others] = positionals;
  if (values.tokenizer !== undefined) {
    if (values.backend !== undefined) {
      throw new UsageError('--backend says where a model runs; --tokenizer checks no model.');
    }
    if (first === undefined || others.length > 0) {
      throw new UsageError(
        `Expected one file of cases after --tokenizer TOKENIZER_DIR, found ${positionals.length}.`,
      );
    }
    return { check: 'tokenizer', tokenizerDirectory: values.tokenizer, casesFile: first };
  }
  if (first === undefined || others.length > 0) {
    throw new UsageError(
      `Expected one folder of PyTorch's results, found ${positionals.length} arguments.`,
    );
  }
  const wanted = values.backend ?? 'wasm';
  const backend = BACKENDS.find((name) => name === wanted);
  if (backend === undefined) {
    throw new UsageError(`Expected a backend among ${BACKENDS.join(', ')}, found "${wanted}".`);
  }
  return { check: 'model', directory: first, backend };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { backend: { type: 'string' }, tokenizer: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
