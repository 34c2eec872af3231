/** Turns what the page stored into what an older version of it would have left, so that the next visit upgrades it. */

import type { Page } from 'playwright';
import { storesOf } from '../../tests/browser/storage/database-versions';

/** The last one whose upgrade writes every trace's row again. */
const OLD_VERSION = 3;

/** Traces of a study that nobody knows, so that the upgrade takes a second or so. */
const FURTHER_TRACES = 1_500;

/** A file of the page's origin that opens no database. */
const QUIET_FILE = 'favicon.svg';

/** What is stored at the page's origin, in a database as version 3 made it; the page itself must not be open. */
export async function makeDatabaseOlder(page: Page, url: string): Promise<void> {
  await page.goto(`${url}${QUIET_FILE}`);
  await page.evaluate(
    async ({ stores, version, further }) => {
      const answer = <Value>(request: IDBRequest<Value>): Promise<Value> =>
        new Promise((resolve, reject) => {
          request.addEventListener('success', () => resolve(request.result));
          request.addEventListener('error', () => reject(new Error(String(request.error))));
        });
      const isRecord = (value: unknown): value is Record<string, unknown> =>
        typeof value === 'object' && value !== null;
      const present = await answer(indexedDB.open('winnow'));
      const reading = present.transaction(stores.map(({ name }) => name));
      const contents = await Promise.all(
        stores.map(async ({ name }) => {
          const found: unknown[] = await answer(reading.objectStore(name).getAll());
          return { name, records: found.filter(isRecord) };
        }),
      );
      present.close();
      await answer(indexedDB.deleteDatabase('winnow'));
      const request = indexedDB.open('winnow', version);
      request.addEventListener('upgradeneeded', () => {
        for (const { name, keyPath, index } of stores) {
          const store = request.result.createObjectStore(name, { keyPath });
          if (index === undefined) continue;
          store.createIndex(index.name, index.keyPath, { unique: index.unique === true });
        }
      });
      const old = await answer(request);
      const writing = old.transaction(
        stores.map(({ name }) => name),
        'readwrite',
      );
      for (const { name, records } of contents) {
        const store = writing.objectStore(name);
        const ofOthers = records.filter(({ studyId }) => studyId !== 'further');
        for (const record of ofOthers) {
          store.put(name === 'traceRows' ? { ...record, searchText: 'the question' } : record);
        }
        const [first] = ofOthers;
        if (first === undefined || (name !== 'traces' && name !== 'traceRows')) continue;
        for (let index = 0; index < further; index++) {
          store.put({ ...first, studyId: 'further', index, problemId: `problem-${index}` });
        }
      }
      await new Promise((resolve, reject) => {
        writing.addEventListener('complete', resolve);
        writing.addEventListener('abort', () => reject(new Error(String(writing.error))));
      });
      old.close();
    },
    { stores: storesOf(OLD_VERSION), version: OLD_VERSION, further: FURTHER_TRACES },
  );
}

/** Whether the database at the page's origin is still of the old version; the page itself must not be open. */
export async function isDatabaseOld(page: Page, url: string): Promise<boolean> {
  await page.goto(`${url}${QUIET_FILE}`);
  const found = await page.evaluate(() => indexedDB.databases());
  return found.some(({ name, version }) => name === 'winnow' && version === OLD_VERSION);
}
