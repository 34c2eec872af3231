/** `npm run study` with a teacher of transformers.js from the stand-in hub: it writes what PyTorch writes, and is judged. */

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, onTestFinished, test } from 'vitest';
import { presetConfiguration } from '../../../src/study/presets';
import { instructionRationale } from '../../../src/text/instruction-rationale';
import expected from '../../fixtures/onnx-tiny-gpt2/expected.json';
import { keepLanguageModels } from '../../hub/language-models';
import { startStandInHub } from '../../hub/stand-in-hub';

/** Not `spawnSync`: the hub answers from this process. */
async function run(words: readonly string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'study', ...words]);
  let output = '';
  const read = (text: Buffer) => {
    output += text.toString();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve) => child.on('exit', (status) => resolve({ status, output })));
}

/** White space and special tokens are the tokenizer's own affair: this one knows no spaces. */
const bare = (text: string): string =>
  instructionRationale(text.replace(/<\|[a-z]+\|>/g, '')).replace(/<\|[a-z]+\|>|\s/g, '');

/** What PyTorch was asked and wrote. */
const [greedy = { prompt: '', generated_text: '', generated_ids: [] }] = expected;

const sampleSchema = v.object({ text: v.string(), tokens: v.number() });
const traceSchema = v.object({
  question: v.string(),
  samples: v.array(sampleSchema),
  judged: v.array(v.object({ steps: v.array(v.object({ verdict: v.string() })) })),
});

test(
  'a study in Node whose teacher is a model of transformers.js',
  { timeout: 180_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-transformers-'));
    const hub = await startStandInHub();
    onTestFinished(async () => {
      await hub.close();
      await rm(folder, { recursive: true });
    });
    keepLanguageModels(hub);
    const smoke = presetConfiguration('smoke');
    const configuration = {
      ...smoke,
      // Leaves the first question in train.
      seed: 2,
      models: {
        teacher: {
          source: 'transformers',
          repository: 'tiny/gpt2-plain',
          revision: 'main',
          dtype: 'fp32',
          task: 'text-generation',
        },
        student: { source: 'pocket' },
        hubs: { huggingFace: hub.url, github: hub.url },
      },
      data: { source: 'files', trainProblems: 8, validationProblems: 4, testProblems: 4 },
      prompts: {
        solve: greedy.prompt.replace('April', '{question}'),
        hinted: '{question} {answer}',
        example: '{question} {rationale}',
        examples: [],
      },
      rationale: { ...smoke.rationale, maximumTokens: 16 },
    };
    // PyTorch was asked the first one in this template; a teacher of these words answers any other too.
    const questions = [
      'April',
      ...Array.from({ length: 11 }, (_, day) => `May and ${day + 7} books`),
    ];
    const lines = (texts: readonly string[]) =>
      texts.map((question) => `${JSON.stringify({ question, answer: '7' })}\n`).join('');
    const path = (name: string) => join(folder, name);
    await writeFile(path('study.json'), JSON.stringify(configuration));
    await writeFile(path('own.jsonl'), lines(questions));
    await writeFile(
      path('test.jsonl'),
      lines(Array.from({ length: 4 }, (_, index) => `December and ${index + 50} books`)),
    );
    const { status, output } = await run([
      '--config',
      path('study.json'),
      '--out',
      path('out'),
      '--file',
      path('own.jsonl'),
      '--file',
      path('test.jsonl'),
    ]);
    expect(output).toContain('transformers');
    expect(status, output).toBe(0);
    const traces = (await readFile(join(folder, 'out', 'traces.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => v.parse(traceSchema, JSON.parse(line)));
    expect(traces).toHaveLength(8);
    for (const { samples, judged } of traces) expect(judged).toHaveLength(samples.length);
    const [sample] = traces.find(({ question }) => question === 'April')?.samples ?? [];
    expect(bare(sample?.text ?? '')).toBe(bare(greedy.generated_text));
    expect(sample?.tokens).toBe(greedy.generated_ids.length);
  },
);
