/** `#run=`: the address that starts a study at once, which the headless runner opens. */

import { describe, expect, it } from 'vitest';
import { mountPage } from '../../../src/ui/page';
import { WorkerClient } from '../../../src/worker/client';
import { chosenConfiguration } from '../../../src/ui/preset-choices';
import { fixtureSnapshot } from './fixture-study';
import { ScriptedWorker } from './scripted-worker';

const smoke = chosenConfiguration('smoke', 7);
const unfinished = {
  ...fixtureSnapshot('rationale'),
  status: 'paused' as const,
  configuration: smoke,
};

async function open(hash: string, worker: ScriptedWorker): Promise<string[]> {
  document.querySelector('winnow-app')?.remove();
  window.history.replaceState(null, '', hash);
  await mountPage(new WorkerClient(worker));
  await expect.poll(() => window.winnow?.ready).toBe(true);
  return worker.requests.map((message) => message.request);
}

describe('#run=', () => {
  it('chooses the backend, then starts the preset with the seed', async () => {
    const worker = new ScriptedWorker();
    const requests = await open('#run=smoke&backend=webgpu&seed=5', worker);
    expect(worker.requests[0]).toMatchObject({ parameters: { backend: 'webgpu' } });
    expect(requests).toContain('startStudy');
    const start = worker.requests.find((message) => message.request === 'startStudy');
    expect(start).toMatchObject({
      parameters: { configuration: { preset: 'smoke', seed: 5 } },
    });
  });

  it('goes on with an unfinished study of the same preset, seed and backend', async () => {
    const worker = new ScriptedWorker({ studies: [unfinished] });
    const requests = await open('#run=smoke&backend=wasm&seed=7', worker);
    expect(requests).toContain('resumeStudy');
    expect(requests).not.toContain('startStudy');
  });

  it('starts anew when the seed differs', async () => {
    const worker = new ScriptedWorker({ studies: [unfinished] });
    const requests = await open('#run=smoke&backend=wasm&seed=8', worker);
    expect(requests).toContain('startStudy');
    expect(requests).not.toContain('resumeStudy');
  });

  it('says which presets there are when it names none of them', async () => {
    const requests = await open('#run=nonsense', new ScriptedWorker());
    expect(requests).not.toContain('startStudy');
    expect(window.winnow?.problem).toMatch(/Expected one of the presets .*"nonsense"/);
  });

  it('keeps a finished study by its own address', async () => {
    const worker = new ScriptedWorker();
    await open('#run=smoke&backend=wasm&seed=5', worker);
    worker.broadcast({ ...fixtureSnapshot('end'), configuration: smoke });
    await expect.poll(() => window.location.hash).toBe('#study=study-1');
  });
});
