/** The client of the worker protocol: answers find their requests, failures become errors, broadcasts reach everyone. */

import { describe, expect, it, vi } from 'vitest';
import { WorkerClient, type LogLine } from '../../../src/worker/client';
import { fixtureSnapshot } from './fixture-study';
import { ScriptedWorker } from './scripted-worker';

describe('WorkerClient', () => {
  it('gives each request its own answer', async () => {
    const client = new WorkerClient(new ScriptedWorker({ studies: [fixtureSnapshot('train')] }));
    const [device, usage, missing] = await Promise.all([
      client.request('detectDevice', {}),
      client.request('storageUsage', {}),
      client.request('readSnapshot', { studyId: 'nowhere' }),
    ]);
    expect(device.backend).toBe('wasm');
    expect(usage.bytes).toBe(42_300_000);
    expect(missing).toBeNull();
  });

  it('turns a failed request into an error with the worker’s sentence', async () => {
    const client = new WorkerClient(new ScriptedWorker());
    await expect(client.request('resumeStudy', { studyId: 'nowhere' })).rejects.toThrow(
      'Expected a stored study, found none; start one.',
    );
  });

  it('passes on snapshots and log lines until told to stop', () => {
    const worker = new ScriptedWorker();
    const client = new WorkerClient(worker);
    const lines: LogLine[] = [];
    const onSnapshot = vi.fn<(snapshot: unknown) => void>();
    client.onLog((line) => lines.push(line));
    const end = client.onSnapshot(onSnapshot);
    worker.broadcast(fixtureSnapshot('data'));
    worker.say('One.', 5);
    end();
    worker.broadcast(fixtureSnapshot('rationale'));
    expect(onSnapshot).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([{ at: 5, sentence: 'One.' }]);
  });

  it('rejects what is open when the worker breaks, and says so', async () => {
    const worker = new ScriptedWorker();
    const client = new WorkerClient(worker);
    const failures: Error[] = [];
    client.onFailure((error) => failures.push(error));
    worker.postMessage = () => {};
    const open = client.request('listStudies', {});
    worker.crash('out of memory');
    await expect(open).rejects.toThrow('out of memory');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain('Reload the page');
  });

  it('refuses requests after it was closed', async () => {
    const client = new WorkerClient(new ScriptedWorker());
    client.close();
    await expect(client.request('listStudies', {})).rejects.toThrow('closed');
  });
});
