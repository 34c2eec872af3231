/** `npm run parity -- DIR [--backend webgpu|wasm|cpu]` or `npm run parity -- --tokenizer TOKENIZER_DIR CASES.json`. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNodeBackend } from './node-backend';
import { formatComparisons, passes } from './parity/comparison';
import { modelParity } from './parity/model-parity';
import { OracleFolder } from './parity/oracle-folder';

const USAGE = `Usage:
  npm run parity -- DIR [--backend webgpu|wasm|cpu]            compare a T5 with PyTorch's results in DIR
  npm run parity -- --tokenizer TOKENIZER_DIR CASES.json       compare token ids with SentencePiece's`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', default: 'wasm' }, tokenizer: { type: 'string' } },
});

async function checkModel(directory: string): Promise<boolean> {
  const { backend } = values;
  if (backend !== 'wasm' && backend !== 'cpu') throw new Error(USAGE);
  await startNodeBackend(backend);
  const folder = new OracleFolder((name) => readFile(join(directory, name)));
  console.log(`${directory} on ${backend}: largest error relative to the largest reference value`);
  const results = await modelParity(folder, (group) => console.log(formatComparisons(group)));
  const failed = results.filter((result) => !passes(result)).length;
  console.log(failed === 0 ? `All ${results.length} checks passed.` : `${failed} checks failed.`);
  return failed === 0;
}

const [directory] = positionals;
if (directory === undefined) throw new Error(USAGE);
process.exitCode = (await checkModel(directory)) ? 0 : 1;
