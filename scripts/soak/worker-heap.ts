/** Bytes that JavaScript holds in the page and in its worker, asked of the browser's debugger after a collection. */

import type { CDPSession, Page } from 'playwright';
import * as v from 'valibot';

const usageSchema = v.object({
  usedSize: v.number(),
  /** Of array buffers, which lie outside of the heap. */
  backingStorageSize: v.optional(v.number(), 0),
});

const answerSchema = v.object({ id: v.number(), result: v.optional(v.unknown()) });

/** How long the debugger may take to answer, in ms. */
const ANSWER_TIMEOUT_MS = 30_000;

type Send = (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<unknown>;

/** Bytes held by the page and its workers together. */
export async function heldHeapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  try {
    let bytes = await afterCollection((method) => session.send(method));
    for (const send of await workersOf(session)) bytes += await afterCollection(send);
    return bytes;
  } finally {
    await session.detach();
  }
}

async function afterCollection(send: Send): Promise<number> {
  // Twice: what the first one finalises the second one frees.
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = v.parse(usageSchema, await send('Runtime.getHeapUsage'));
  return usedSize + backingStorageSize;
}

/** How to ask each of the page's workers: Playwright gives no session for one, so messages go through the page's. */
async function workersOf(session: CDPSession): Promise<Send[]> {
  const sessionIds: string[] = [];
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') sessionIds.push(sessionId);
  });
  // It answers after it has attached to those that are there.
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  let messages = 0;
  return sessionIds.map((sessionId): Send => (method) => {
    messages += 1;
    const id = messages;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The worker's debugger did not answer to ${method}.`)),
        ANSWER_TIMEOUT_MS,
      );
      session.on('Target.receivedMessageFromTarget', (event) => {
        if (event.sessionId !== sessionId) return;
        const answer = v.parse(answerSchema, { id: 0, ...JSON.parse(event.message) });
        if (answer.id !== id) return;
        clearTimeout(timer);
        resolve(answer.result);
      });
      session
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
        .catch(reject);
    });
  });
}
