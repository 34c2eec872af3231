/** One trainer per origin. */

import { expect, test } from 'vitest';
import { acquireTrainerLock, isTrainerLockHeld } from '../../../src/storage/trainer-lock';
import { readStorageUsage, requestPersistence } from '../../../src/storage/usage';

test('a second trainer gets nothing until the first gives the lock back', async () => {
  const name = 'winnow-test-lock';
  const release = await acquireTrainerLock(name);
  expect(release).not.toBeNull();
  expect(await isTrainerLockHeld(name)).toBe(true);
  expect(await acquireTrainerLock(name)).toBeNull();
  release?.();
  await expect.poll(() => isTrainerLockHeld(name)).toBe(false);
  const again = await acquireTrainerLock(name);
  expect(again).not.toBeNull();
  again?.();
});

test('usage is a number of bytes and the promise to keep it a yes or no', async () => {
  const usage = await readStorageUsage();
  expect(usage.bytes).toBeGreaterThanOrEqual(0);
  expect(typeof usage.persisted).toBe('boolean');
  expect(typeof (await requestPersistence())).toBe('boolean');
});
