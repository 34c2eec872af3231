/** `npm start -- --headless`: what it prints, what it writes and how it exits. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPARED_METHODS } from '../../src/study/methods';
import { STAGE_NAMES } from '../../src/study/snapshot';

let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'winnow-reports-'));
});

afterAll(async () => {
  await rm(out, { recursive: true });
});

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function start(...parameters: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--headless', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code, output }));
  });
}

describe('npm start -- --headless', () => {
  it('runs a study on WebAssembly and writes its report, snapshot and picture', async () => {
    const { code, output } = await start('--preset', 'smoke', '--backend', 'wasm', '--out', out);
    expect(code, output).toBe(0);
    for (const stage of STAGE_NAMES) expect(output).toMatch(new RegExp(`^${stage} .*done in`, 'm'));
    for (const method of COMPARED_METHODS)
      expect(output).toMatch(new RegExp(`^${method} .*%`, 'm'));
    expect(await readFile(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(await readFile(join(out, 'report.json'), 'utf8'))).toMatchObject({
      status: 'done',
      device: { backend: 'wasm' },
    });
    const png = await readFile(join(out, 'page.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('fails with a sentence when the preset does not exist', async () => {
    const { code, output } = await start('--preset', 'nonsense', '--out', out);
    expect(code).toBe(1);
    expect(output).toContain('nonsense');
  });

  it('fails with a sentence when an option is wrong', async () => {
    const { code, output } = await start('--backend', 'quantum');
    expect(code).toBe(1);
    expect(output).toContain('--backend takes auto, webgpu or wasm');
  });
});
