/** What axe-core finds in every view, wide and light, narrow and dark: it must be nothing, and nothing scrolls sideways. */

import axeSource from 'axe-core/axe.min.js?raw';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { cdp, page } from 'vitest/browser';
import type { StudySnapshot } from '../../../src/study/snapshot';
import { fixtureSnapshot } from './fixture-study';
import { open } from './opened-page';

const resultsSchema = v.object({
  violations: v.array(
    v.object({
      id: v.string(),
      nodes: v.array(v.object({ target: v.array(v.unknown()), failureSummary: v.string() })),
    }),
  ),
});
const axeSchema = v.object({ run: v.function() });

/** Everything axe finds, its best practices among it, as the rule and the places. */
async function findings(): Promise<unknown[]> {
  const { run } = v.parse(axeSchema, Reflect.get(window, 'axe'));
  // The page alone: the frame around it is the test runner's.
  const results: unknown = await run(document.querySelector('winnow-app'));
  return v.parse(resultsSchema, results).violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map((node) => `${JSON.stringify(node.target)}: ${node.failureSummary}`),
  }));
}

async function showIn(scheme: 'light' | 'dark' | ''): Promise<void> {
  const features = [
    { name: 'prefers-color-scheme', value: scheme },
    // Without transitions every colour is what it will be.
    { name: 'prefers-reduced-motion', value: scheme === '' ? '' : 'reduce' },
  ];
  await cdp().send('Emulation.setEmulatedMedia', { features });
}

/** With one method left out and everything that training keeps of its course. */
function course(snapshot: StudySnapshot): StudySnapshot {
  const runs = snapshot.runs.map((run) => ({
    ...run,
    training: run.training.map((point) => ({
      ...point,
      learningRate: 1e-3,
      gradientNorm: 1 + 1 / point.update,
      tokensPerSecond: 900,
      memoryBytes: 2e8,
    })),
  }));
  return { ...snapshot, runs, skipped: ['cot'] };
}

const kernels = [{ name: 'BatchMatMul', dispatches: 100, milliseconds: 300 }];
const ended = { ...course(fixtureSnapshot('end')), kernels };

beforeAll(() => {
  const script = document.createElement('script');
  script.textContent = axeSource;
  document.head.append(script);
});

afterEach(() => {
  document.querySelector('winnow-app')?.remove();
});

afterAll(async () => {
  await showIn('');
});

it.each([
  ['the first screen with its settings', '#setup=demo&seed=5', null],
  ['a study that trains', '#study=study-1', course(fixtureSnapshot('train', 0.6))],
  ['a report', '#study=study-1', ended],
  ['the list of traces', '#study=study-1&view=traces&loop=changed', ended],
  ['a trace', '#study=study-1&trace=pocket-7-000040', ended],
  ['the test answers', '#study=study-1&view=tests&problem=pocket-7-test-7', ended],
] as const)('%s', async (_view, hash, study) => {
  const worker = await open(
    { software: false, tests: 12, ...(study === null ? {} : { studies: [study] }) },
    hash,
  );
  if (study?.status === 'running') worker.broadcast(study);
  if (study === null) {
    await page.getByRole('radio', { name: /^smoke/ }).hover();
    await page.getByText('Training', { exact: true }).first().click();
    await page.getByLabelText('Batch', { exact: true }).fill('4000');
    await page.getByLabelText('Weight decay').click();
    await page.getByText('Put right first: Batch.').hover();
  }
  for (const [width, scheme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    await page.viewport(width, 900);
    await showIn(scheme);
    await expect.poll(() => document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    expect(await findings(), `${width} ${scheme}`).toEqual([]);
  }
});
