/** The page over a scripted worker, opened at an address, and what it asked of the worker. */

import { mountPage } from '../../../src/ui/page';
import { WorkerClient } from '../../../src/worker/client';
import type { ToWorker } from '../../../src/worker/protocol';
import { ScriptedWorker, type Script } from './scripted-worker';

export async function open(script: Script, hash = ''): Promise<ScriptedWorker> {
  window.history.replaceState(null, '', hash === '' ? window.location.pathname : hash);
  const worker = new ScriptedWorker(script);
  await mountPage(new WorkerClient(worker));
  return worker;
}

/** The requests of one kind, in their order. */
export function asked(worker: ScriptedWorker, request: string): ToWorker[] {
  return worker.requests.filter((message) => message.request === request);
}
