/** `npm run study`: whole studies in Node, without the page: the same code, for long experiments and several seeds. */

import 'fake-indexeddb/auto';
import { join } from 'node:path';
import type { Report } from '../src/study/report';
import { inOrder } from '../src/study/methods';
import { startNodeBackend } from './node-backend';
import { startNodeWebgpu } from './node-webgpu';
import { readStudyRequest, USAGE, UsageError, type StudyRequest } from './study/command-line';
import { runStudy } from './study/run-study';
import { reportTable } from './study-terminal';

async function run({ configurations, out, backend, ...job }: StudyRequest): Promise<void> {
  if (backend === 'webgpu' && !(await startNodeWebgpu())) return;
  const device = await startNodeBackend(backend);
  console.log(`Device: ${device.backend}, ${device.name}.`);
  const reports: Report[] = [];
  for (const configuration of configurations) {
    const folder =
      configurations.length === 1 ? out : join(out, `seed-${String(configuration.seed)}`);
    console.log(`\nSeed ${String(configuration.seed)}, in ${folder}`);
    const { report } = await runStudy({ ...job, configuration, device, folder });
    if (report === null)
      throw new Error(`Expected a report of the study in ${folder}, found none.`);
    reports.push(report);
    console.log(`\n${reportTable(report)}`);
  }
  if (reports.length > 1) console.log(`\n${seedTable(reports)}`);
}

/** Test exact match of each method over the seeds: its mean, lowest and highest. */
function seedTable(reports: readonly Report[]): string {
  const methods = inOrder(reports.flatMap((report) => report.methods.map(({ method }) => method)));
  const lines = methods.map((method) => {
    const values = reports.flatMap(({ methods }) =>
      methods
        .filter((candidate) => candidate.method === method)
        .map(({ splits }) => 100 * splits.test.exactMatch.value),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const list = values.map((value) => value.toFixed(1)).join(', ');
    return `  ${method.padEnd(18)} mean ${mean.toFixed(1)} %  (${list})`;
  });
  return [`Test exact match over ${String(reports.length)} seeds:`, ...lines].join('\n');
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
