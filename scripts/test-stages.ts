/** Runs every check, or those named with `--only`, two at a time where there are two cores, and prints what each took. */

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
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

/** In the order in which they begin: what fails soonest first, then the longest beside all that is left. */
const STAGES: readonly Stage[] = [
  { name: 'formatting', script: 'format:check' },
  { name: 'lint', script: 'lint' },
  { name: 'types', script: 'types' },
  { name: 'dead-code', script: 'dead-code' },
  { name: 'browser', script: 'test:browser', needsBrowser: true },
  { name: 'build', script: 'build' },
  { name: 'end-to-end', script: 'test:e2e', needsBrowser: true, after: 'build' },
  { name: 'unit', script: 'test:unit' },
];

/**
 * Stages at a time. Compiling kernels for a software GPU, most of what the browser tests wait for, keeps one core
 * busy; a third browser or test runner beside two would only take their memory.
 */
const LANES = Math.min(2, availableParallelism());

const LONGEST_NAME = Math.max(...STAGES.map(({ name }) => name.length));

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

const started = performance.now();
const outcomes = new Map<string, Promise<Outcome>>();
const waiting = [...stages];
await Promise.all(Array.from({ length: LANES }, lane));
summarise(await Promise.all(outcomes.values()), (performance.now() - started) / 1000);

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

/** Does one stage after the other, as long as any has not begun. */
async function lane(): Promise<void> {
  for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
    const outcome = runStage(stage, outcomes.get(stage.after ?? ''));
    outcomes.set(stage.name, outcome);
    await outcome;
  }
}

async function runStage(stage: Stage, before: Promise<Outcome> | undefined): Promise<Outcome> {
  const { name, script } = stage;
  if ((await before)?.result === 'failed') return { name, result: 'skipped', seconds: 0 };
  console.log(`=== ${name} (npm run ${script})`);
  const began = performance.now();
  const passed = (await runScript(name, script)) === 0;
  const seconds = (performance.now() - began) / 1000;
  console.log(`=== ${name}: ${passed ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  return { name, result: passed ? 'passed' : 'failed', seconds };
}

/** Runs an npm script, every line that it prints behind the stage's name; its exit code. */
function runScript(name: string, script: string): Promise<number | null> {
  const npm = process.env['npm_execpath'];
  const child = spawn(
    npm === undefined ? 'npm' : process.execPath,
    [...(npm === undefined ? [] : [npm]), 'run', '--silent', script],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
      shell: npm === undefined && process.platform === 'win32',
    },
  );
  for (const [output, stream] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    passOn(output, `${name.padEnd(LONGEST_NAME)} | `, stream);
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function passOn(output: Readable, prefix: string, stream: NodeJS.WriteStream): void {
  createInterface({ input: output }).on('line', (line) => stream.write(`${prefix}${line}\n`));
}

function summarise(results: readonly Outcome[], seconds: number): void {
  const marks = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' };
  const row = (name: string, took: number) =>
    `  ${name.padEnd(LONGEST_NAME)} ${`${took.toFixed(1)} s`.padStart(9)}`;
  console.log('\nSummary');
  for (const result of results) {
    console.log(`${row(result.name, result.seconds)}  ${marks[result.result]}`);
  }
  const passed = results.filter(({ result }) => result === 'passed').length;
  console.log(`${row('together', seconds)}\n`);
  console.log(`stages: ${String(passed)} passed, ${String(results.length - passed)} failed`);
  process.exitCode = passed === results.length ? 0 : 1;
}
