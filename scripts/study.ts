/** `npm run study`: whole studies in Node, without the page: the same code, for long experiments and several seeds. */

import 'fake-indexeddb/auto';
import { join } from 'node:path';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';
import { readStudyRequest, USAGE, UsageError, type StudyRequest } from './study/command-line';
import { runSeeds, seedFolder, writeComparison } from './study/run-seeds';

async function run(request: StudyRequest): Promise<void> {
  const { configurations, out, backend } = request;
  if (backend === 'webgpu' && !(await startNodeWebgpu())) return;
  const device = await startNodeBackend(backend);
  console.log(`Device: ${device.backend}, ${device.name}.`);
  const isSingle = configurations.length === 1;
  const studies = await runSeeds(request, device, isSingle ? () => out : seedFolder(out));
  if (isSingle) return;
  const words = process.argv.slice(2).join(' ');
  await writeComparison(studies, `npm run study -- ${words}`, join(out, 'comparison.md'));
}

try {
  const request = await readStudyRequest(process.argv.slice(2));
  if (request === null) console.log(USAGE);
  else await run(request);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
