/** Runs every check in order, or those named with `--only`, and prints what each took. */

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findChromium, installChromium } from './chromium';

interface Stage {
  readonly name: string;
  /** The npm script that does it. */
  readonly script: string;
  readonly needsBrowser?: true;
  /** A stage that must have passed before this one makes sense. */
  readonly after?: string;
}

const STAGES: readonly Stage[] = [
  { name: 'formatting', script: 'format:check' },
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'types' },
  { name: 'dead-code', script: 'dead-code' },
  { name: 'unit', script: 'test:unit' },
  { name: 'browser', script: 'test:browser', needsBrowser: true },
  { name: 'build', script: 'build' },
  { name: 'end-to-end', script: 'test:e2e', needsBrowser: true, after: 'build' },
];

interface Outcome {
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
}

const stages = chosenStages();
const environment = { ...process.env };
if (stages.some((stage) => stage.needsBrowser === true)) {
  try {
    environment['CHROMIUM_PATH'] = findChromium() ?? installChromium(console.log);
    console.log(`Browser: ${environment['CHROMIUM_PATH']}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

const outcomes: Outcome[] = [];
for (const stage of stages) {
  const broken = outcomes.some(({ name, result }) => name === stage.after && result === 'failed');
  outcomes.push(broken ? { name: stage.name, result: 'skipped', seconds: 0 } : runStage(stage));
}
summarise(outcomes);

function chosenStages(): readonly Stage[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  if (values.only === undefined) return STAGES;
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    const known = STAGES.map((stage) => stage.name).join(', ');
    console.error(`--only takes stages out of ${known}; it was given ${unknown.join(', ')}.`);
    process.exit(1);
  }
  return STAGES.filter((stage) => names.includes(stage.name));
}

function runStage(stage: Stage): Outcome {
  console.log(`\n=== ${stage.name} (npm run ${stage.script})`);
  const started = performance.now();
  const npm = process.env['npm_execpath'];
  const result = spawnSync(
    npm === undefined ? 'npm' : process.execPath,
    [...(npm === undefined ? [] : [npm]), 'run', '--silent', stage.script],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
      shell: npm === undefined && process.platform === 'win32',
    },
  );
  const seconds = (performance.now() - started) / 1000;
  const passed = result.status === 0;
  console.log(`=== ${stage.name}: ${passed ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  return { name: stage.name, result: passed ? 'passed' : 'failed', seconds };
}

function summarise(results: readonly Outcome[]): void {
  const marks = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };
  console.log('\nSummary');
  for (const { name, result, seconds } of results) {
    console.log(`  ${name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(9)}  ${marks[result]}`);
  }
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const passed = results.filter(({ result }) => result === 'passed').length;
  console.log(`  ${'total'.padEnd(12)} ${`${total.toFixed(1)} s`.padStart(9)}\n`);
  console.log(`stages: ${String(passed)} passed, ${String(results.length - passed)} failed`);
  process.exitCode = passed === results.length ? 0 : 1;
}
