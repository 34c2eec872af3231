/** What the page, its worker, its GPU and its storage hold once no study is left, and whether that grows. */

import type { Page } from 'playwright';
import { heldHeapBytes } from './worker-heap';

export interface PageSample {
  readonly tensors: number;
  /** Bytes of tensors on the GPU, and of all buffers kept for them; 0 on WebAssembly. */
  readonly usedBytes: number;
  readonly allocatedBytes: number;
  /** Of JavaScript in the page and its worker, after a collection. */
  readonly heapBytes: number;
  /** Records in the database, those of downloads and of tuned kernels left out: they outlive studies. */
  readonly records: number;
  /** What the browser says is stored; it deletes files a while after their records. */
  readonly storedBytes: number;
}

const OUTLIVING_STORES = ['artefacts', 'artefactPieces', 'tiles'];

/** Measures a page that does nothing. */
export async function measurePage(page: Page): Promise<PageSample> {
  const engine = { tensors: 0, usedBytes: 0, allocatedBytes: 0 };
  for (const worker of page.workers()) {
    const found = await worker.evaluate(() => {
      const isObject = (value: unknown): value is object =>
        typeof value === 'object' && value !== null;
      // Where tfjs keeps its one engine.
      const tfjs: unknown = Reflect.get(globalThis, '_tfengine');
      if (!isObject(tfjs) || !isObject(Reflect.get(tfjs, 'backendInstance'))) return null;
      const memory: unknown = Reflect.get(tfjs, 'memory');
      const held: unknown = typeof memory === 'function' ? Reflect.apply(memory, tfjs, []) : null;
      const count = (name: string): number => {
        const value: unknown = isObject(held) ? Reflect.get(held, name) : 0;
        return typeof value === 'number' ? value : 0;
      };
      return {
        tensors: count('numTensors'),
        usedBytes: count('numBytesInGPU'),
        allocatedBytes: count('numBytesAllocatedInGPU'),
      };
    });
    engine.tensors += found?.tensors ?? 0;
    engine.usedBytes += found?.usedBytes ?? 0;
    engine.allocatedBytes += found?.allocatedBytes ?? 0;
  }
  const stored = await page.evaluate(async (outliving) => {
    const answer = <Value>(request: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(new Error(String(request.error))));
      });
    const database = await answer(indexedDB.open('winnow'));
    const names = [...database.objectStoreNames].filter((name) => !outliving.includes(name));
    const transaction = database.transaction(names);
    const counts = await Promise.all(
      names.map((name) => answer(transaction.objectStore(name).count())),
    );
    database.close();
    const { usage = 0 } = await navigator.storage.estimate();
    return { records: counts.reduce((sum, count) => sum + count, 0), storedBytes: usage };
  }, OUTLIVING_STORES);
  return { ...engine, ...stored, heapBytes: await heldHeapBytes(page) };
}

/** What a measure may be more in the second half of the samples than in the first. */
interface Bound {
  readonly measure: keyof PageSample;
  readonly name: string;
  /** As a share of the first half's, and in bytes. */
  readonly share: number;
  readonly bytes: number;
}

const BOUNDS: readonly Bound[] = [
  { measure: 'usedBytes', name: 'GPU bytes in use', share: 0, bytes: 0 },
  { measure: 'allocatedBytes', name: 'GPU bytes allocated', share: 0, bytes: 0 },
  // What the engine has compiled and cached meanwhile.
  { measure: 'heapBytes', name: 'heap bytes', share: 0.02, bytes: 0 },
  // The database rewrites its files when it likes.
  { measure: 'storedBytes', name: 'stored bytes', share: 0, bytes: 16 * 1024 * 1024 },
];

/**
 * Prints what became of every measure. What nothing should be left of is checked in each sample; of the others,
 * the smallest of the second half is compared with that of the first: what passes only ever adds to a sample.
 *
 * @returns whether nothing grew
 */
export function judgeSamples(
  samples: readonly PageSample[],
  print: (text: string) => void,
): boolean {
  let sound = true;
  const say = (good: boolean, sentence: string): void => {
    sound &&= good;
    print(`${good ? 'ok  ' : 'FAIL'} ${sentence}`);
  };
  for (const measure of ['tensors', 'records'] as const) {
    const most = Math.max(...samples.map((sample) => sample[measure]));
    say(most === 0, `${measure} left after a study: at most ${most}`);
  }
  const middle = Math.floor(samples.length / 2);
  const smallest = (part: readonly PageSample[], measure: keyof PageSample): number =>
    Math.min(...part.map((sample) => sample[measure]));
  for (const { measure, name, share, bytes } of BOUNDS) {
    const earlier = smallest(samples.slice(0, middle), measure);
    const later = smallest(samples.slice(middle), measure);
    const change = `${later - earlier >= 0 ? '+' : ''}${later - earlier}`;
    const allowed = Math.round(earlier * share + bytes);
    say(later - earlier <= allowed, `${name}: ${change} from ${earlier} (allowed: ${allowed})`);
  }
  return sound;
}
