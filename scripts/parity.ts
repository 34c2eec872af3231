/** `npm run parity -- DIR [--backend webgpu|wasm|cpu]` or `npm run parity -- --tokenizer TOKENIZER_DIR CASES.json`. */

import { WeightFileError } from '../src/weights/weight-file-error';
import { startNodeBackend } from './node-backend';
import { parseParityRequest, USAGE, UsageError, type ParityRequest } from './parity/command-line';
import { formatComparisons, passes, type Comparison } from './parity/comparison';
import { modelParity } from './parity/model-parity';
import { openOracleDirectory } from './parity/oracle-directory';
import { OracleFolder } from './parity/oracle-folder';
import { runTokenizerParity } from './parity/tokenizer';
import { webgpuParity } from './parity/webgpu-parity';

async function compare(
  request: Extract<ParityRequest, { check: 'model' }>,
): Promise<readonly Comparison[]> {
  const { directory, backend } = request;
  const readFile = await openOracleDirectory(directory);
  console.log(`${directory} on ${backend}: largest error relative to the largest reference value`);
  if (backend === 'webgpu') return webgpuParity(readFile, (text) => console.log(text));
  await startNodeBackend(backend);
  const print = (group: readonly Comparison[]) => console.log(formatComparisons(group));
  return modelParity(new OracleFolder(readFile), print);
}

async function run(request: ParityRequest): Promise<boolean> {
  if (request.check === 'tokenizer') {
    return runTokenizerParity(request.tokenizerDirectory, request.casesFile);
  }
  const started = performance.now();
  const results = await compare(request);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const failed = results.filter((result) => !passes(result)).length;
  console.log(
    failed === 0
      ? `All ${results.length} checks passed in ${seconds} s.`
      : `${failed} of ${results.length} checks failed.`,
  );
  return failed === 0;
}

/** Our own errors are sentences for whoever gave the files; anything else is a fault and keeps its stack. */
function printError(error: unknown): void {
  const ownWords =
    error instanceof WeightFileError || (error instanceof Error && error.constructor === Error);
  console.error(ownWords ? error.message : error);
}

try {
  process.exitCode = (await run(parseParityRequest(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    printError(error);
    process.exitCode = 1;
  }
}
