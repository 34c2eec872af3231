/** How much this page stores, and whether the browser promised to keep it. */

import type { StorageUsage } from '../worker/protocol';

/**
 * Bytes used by this origin, and whether its storage is persistent. What the browser calls the quota
 * is left out on purpose: Chrome reports usage plus 10 GiB, whatever the disk holds.
 */
export async function readStorageUsage(): Promise<StorageUsage> {
  const [estimate, persisted] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return { bytes: estimate.usage ?? 0, persisted };
}

/**
 * Asks the browser not to clear this origin's data when the disk runs low; it decides silently. Only
 * the page may ask: workers have no such function.
 */
export async function requestPersistence(): Promise<boolean> {
  return navigator.storage.persist();
}
