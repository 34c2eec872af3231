/** A page whose worker loses its GPU: another worker goes on, a bounded number of times, and then it is said. */

import { describe, expect, it } from 'vitest';
import { StudyRecovery } from '../../../src/ui/study-recovery';
import { StudyService } from '../../../src/ui/study-service';
import { WorkerClient } from '../../../src/worker/client';
import type { StudySnapshot } from '../../../src/study/snapshot';
import { asked } from './opened-page';
import { fixtureSnapshot } from './fixture-study';
import { ScriptedWorker } from './scripted-worker';

const stored = (share: number): StudySnapshot => ({
  ...fixtureSnapshot('evaluate', share),
  status: 'paused',
  message: 'The GPU went away.',
});
const { studyId } = stored(0);

/** A page with a running study; each further worker finds the study as the next of `found` says. */
async function openPage(found: readonly StudySnapshot[]) {
  const workers = [new ScriptedWorker({ studies: [stored(0.1)] })];
  const client = new WorkerClient(workers[0]!);
  const recovery = new StudyRecovery(client, () => {
    const worker = new ScriptedWorker({ studies: [found[workers.length - 1] ?? stored(0.1)] });
    workers.push(worker);
    return worker;
  }, [0, 0, 0]);
  const service = new StudyService(client, recovery);
  await service.open('wasm');
  await service.resume(studyId);
  await expect.poll(() => service.isRunning).toBe(true);
  return { service, workers };
}

/** Its worker says that the GPU is gone, and the page has dealt with it. */
async function lose({ service, workers }: Awaited<ReturnType<typeof openPage>>): Promise<void> {
  workers.at(-1)?.fail(studyId, 'The GPU went away.');
  await expect.poll(() => service.recovering).toBe(false);
}

describe('a worker whose GPU is gone', () => {
  it('is replaced by one that goes on with the study on the same backend', async () => {
    const page = await openPage([stored(0.2)]);
    await lose(page);
    const { service, workers } = page;
    expect(workers).toHaveLength(2);
    expect(asked(workers[1]!, 'detectDevice')[0]?.parameters).toEqual({ backend: 'wasm' });
    expect(asked(workers[1]!, 'resumeStudy')[0]?.parameters).toEqual({ studyId });
    await expect.poll(() => service.isRunning).toBe(true);
    expect(service.problem).toBe('');
    expect(service.log.at(-1)?.sentence).toContain('Another worker takes over');
  });

  it('is not heard any more, and what was asked of it fails quietly', async () => {
    const page = await openPage([stored(0.2)]);
    const [first] = page.workers;
    first!.postMessage = () => {};
    const open = page.service.refresh();
    await lose(page);
    await open;
    expect(page.service.problem).toBe('');
    const before = page.service.live;
    first!.broadcast(fixtureSnapshot('data'));
    expect(page.service.live).toEqual(before);
  });

  it('is replaced three times where the study gets no further, and then it is said', async () => {
    const page = await openPage([]);
    for (let loss = 1; loss <= 3; loss++) await lose(page);
    expect(page.service.problem).toBe('');
    await lose(page);
    const { service, workers } = page;
    expect(service.problem).toContain('3 times and the study got no further. The GPU went away.');
    expect(service.isRunning).toBe(false);
    expect(service.shown?.status).toBe('paused');
    expect(workers).toHaveLength(5);
    expect(asked(workers[4]!, 'resumeStudy')).toEqual([]);
    // Whoever goes on by hand begins anew.
    await service.resume(studyId);
    await lose(page);
    await expect.poll(() => service.isRunning).toBe(true);
  });

  it('is replaced as often as needed while the study gets further', async () => {
    const page = await openPage([0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(stored));
    for (let loss = 1; loss <= 6; loss++) await lose(page);
    expect(page.service.problem).toBe('');
    expect(page.service.isRunning).toBe(true);
  });

  it('is not followed by another run when a pause was asked for', async () => {
    const page = await openPage([stored(0.2)]);
    page.workers[0]?.fail(studyId, 'The GPU went away.');
    await page.service.pause();
    await expect.poll(() => page.service.recovering).toBe(false);
    expect(asked(page.workers[1]!, 'resumeStudy')).toEqual([]);
    expect(page.service.isRunning).toBe(false);
    expect(page.service.pausing).toBe(false);
    expect(page.service.problem).toBe('');
  });

  it('that crashed is replaced like one without a GPU', async () => {
    const page = await openPage([stored(0.2)]);
    page.workers[0]?.crash('out of memory');
    await expect.poll(() => page.workers.length).toBe(2);
    await expect.poll(() => page.service.recovering).toBe(false);
    expect(asked(page.workers[1]!, 'resumeStudy')).toHaveLength(1);
  });
});
