/** Everything that a study left in the browser's database, read without the code under test. */

import type { Page } from 'playwright';
import { withoutTimes } from './without-times';

export interface Leftovers {
  /** Traces, runs, evaluations, each run's newest and best checkpoint by hash, summaries and report; no times. */
  readonly results: Readonly<Record<string, unknown>>;
  /** What is there in part: a sentence each. */
  readonly halves: readonly string[];
}

/** Reads what the page's origin holds of a study. */
export async function readLeftovers(page: Page, studyId: string): Promise<Leftovers> {
  const { halves, ...found } = await page.evaluate(async (id) => {
    const answer = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(String(request.error))));
      });
    const isRecord = (value: unknown): value is Record<string, unknown> =>
      typeof value === 'object' && value !== null;
    const database = await answer(indexedDB.open('winnow'));
    // One transaction: the study may be running, and checkpoints come and go between two.
    const names = [
      'studies',
      'traces',
      'traceRows',
      'runs',
      'evaluations',
      'checkpoints',
      'chunks',
    ] as const;
    const transaction = database.transaction(names);
    const all = async (store: (typeof names)[number]) => {
      const found: unknown[] = await answer(transaction.objectStore(store).getAll());
      return found.filter(isRecord);
    };
    const ofStudy = async (store: (typeof names)[number]) =>
      (await all(store)).filter((record) => record['studyId'] === id);
    const [studies, traces, rows, runs, evaluations, pointers, pieces] = await Promise.all([
      ofStudy('studies'),
      ofStudy('traces'),
      ofStudy('traceRows'),
      ofStudy('runs'),
      ofStudy('evaluations'),
      ofStudy('checkpoints'),
      all('chunks'),
    ]);
    const named = (record: Record<string, unknown>) =>
      JSON.stringify([record['runId'], record['update']]);
    const missing: string[] = [];
    const indices = (records: typeof traces) => JSON.stringify(records.map(({ index }) => index));
    if (indices(traces) !== indices(rows)) missing.push('The traces and their rows differ.');
    const lasting = new Set(
      runs.flatMap(({ runId, bestUpdate }) => {
        const updates = pointers.filter((pointer) => pointer['runId'] === runId);
        const newest = updates.at(-1)?.['update'];
        return [newest, bestUpdate].map((update) => JSON.stringify([runId, update]));
      }),
    );
    const checkpoints: unknown[] = [];
    for (const pointer of pointers) {
      const { runId, update, sha256, chunks: expected } = pointer;
      const chunks = pieces.filter((piece) => named(piece) === named(pointer));
      const bytes = chunks.map((chunk) => chunk['bytes']);
      const buffers = bytes.filter((piece) => piece instanceof ArrayBuffer);
      const joined = await new Blob(buffers).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', joined));
      const hash = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (hash !== sha256 || chunks.length !== expected) {
        missing.push(
          `The checkpoint of ${String(runId)} at update ${String(update)} is not whole.`,
        );
      }
      // A pause adds one between the others, which may be among the last two.
      if (lasting.has(named(pointer))) checkpoints.push([runId, update, hash]);
    }
    const whole = new Set(pointers.map(named));
    for (const piece of pieces) {
      if (!String(piece['runId']).startsWith(id) || whole.has(named(piece))) continue;
      missing.push('A chunk belongs to no checkpoint.');
    }
    database.close();
    const { data, rationale, feedback, report } = studies[0] ?? {};
    return {
      traces,
      runs,
      evaluations,
      checkpoints,
      data,
      rationale,
      feedback,
      report,
      halves: missing,
    };
  }, studyId);
  const results = Object.fromEntries(
    Object.entries(found)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, withoutTimes(value, studyId)]),
  );
  return { results, halves };
}

/** The names of what differs between two studies' leftovers. */
export function differences(
  expected: Leftovers['results'],
  found: Leftovers['results'],
): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].filter(
    (name) => JSON.stringify(expected[name]) !== JSON.stringify(found[name]),
  );
}
