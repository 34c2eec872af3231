/** `npm run study`: killed in the middle it goes on and ends with the same bits, and it refuses what it cannot do. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStudyRequest, UsageError } from '../../../scripts/study/command-line';
import { COMPARED_METHODS } from '../../../src/study/methods';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-study-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const SMALL_STUDY = ['--preset', 'smoke', '--set', 'training.maximumUpdates=6'];

const command = (...options: string[]): string[] => ['scripts/run.mjs', 'study', ...options];

function runToEnd(...options: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, command(...options), {
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

/** Runs until a line matches, then kills the process without a warning. */
async function runAndKill(at: RegExp, ...options: string[]): Promise<void> {
  const child = spawn(process.execPath, command(...options));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      if (at.test(output)) child.kill('SIGKILL');
    });
    child.on('exit', (_, signal) => {
      if (signal === 'SIGKILL') resolve();
      else reject(new Error(`Expected a line like ${String(at)}, found:\n${output}`));
    });
  });
}

test(
  'a study that was killed twice ends like one that never was',
  { timeout: 120_000 },
  async () => {
    const control = join(folder, 'control');
    const killed = join(folder, 'killed');
    expect(runToEnd(...SMALL_STUDY, '--out', control)).toMatchObject({ status: 0 });
    await runAndKill(/^train /m, ...SMALL_STUDY, '--out', killed);
    await runAndKill(/^evaluate /m, ...SMALL_STUDY, '--out', killed);
    expect(runToEnd(...SMALL_STUDY, '--out', killed)).toMatchObject({ status: 0 });
    for (const method of COMPARED_METHODS) {
      const name = `students/${method}/hugging-face-f32/model.safetensors`;
      expect((await readFile(join(killed, name))).equals(await readFile(join(control, name)))).toBe(
        true,
      );
    }
    for (const name of ['traces.jsonl', 'traces-flat.jsonl', 'answers.jsonl']) {
      expect(await readFile(join(killed, name), 'utf8')).toBe(
        await readFile(join(control, name), 'utf8'),
      );
    }
    const other = runToEnd('--preset', 'smoke', '--out', control);
    expect(other.status).toBe(1);
    expect(other.output).toContain('holds a study with another configuration');
  },
);

test.each([
  [['--preset', 'nothing'], '--preset takes smoke, demo'],
  [['--set', 'training.nothing=1'], 'expected the path of a setting'],
  [['--set', 'training.batchSize=0'], 'training.batchSize'],
  [['--config', 'nowhere.json'], '--config nowhere.json: expected a file'],
  [['--config', 'README.md'], 'expected JSON'],
  [['--seeds', '1,1'], 'different whole numbers'],
  [['--backend', 'abacus'], '--backend takes'],
  [['--export', 'pickle'], '--export takes hugging-face-f32'],
  [['--set', 'data.source=files'], 'name them with --file'],
  [['--nothing'], 'nothing'],
])('%j is refused with a sentence', async (options, sentence) => {
  const refused = readStudyRequest(options);
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toBeInstanceOf(UsageError);
});

test('the command shows its usage beside what is wrong', () => {
  const { status, output } = runToEnd('--preset', 'nothing');
  expect(output).toMatch(/^--preset takes smoke, demo[^]*npm run study -- \[options\]/m);
  expect(status).toBe(2);
});
