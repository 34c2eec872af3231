/** The profile of a running study: looked at now and then, and ended with it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StudyProfile } from '../../../src/study/profiling';
import type { KernelProfile } from '../../../src/tensor/kernel-profile';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('starts at once, is read at most once a second, and stops', async () => {
  const calls: string[] = [];
  let dispatches = 0;
  const profiler = {
    start: () => void calls.push('start'),
    stop: () => void calls.push('stop'),
    read: async (): Promise<KernelProfile> => [{ name: 'MatMul', dispatches, milliseconds: 1 }],
  };
  const shown: number[] = [];
  const profile = new StudyProfile(profiler, ([kernel]) => shown.push(kernel?.dispatches ?? 0));
  expect(calls).toEqual(['start']);
  for (dispatches = 1; dispatches <= 25; dispatches++) {
    vi.advanceTimersByTime(100);
    await profile.refresh();
  }
  expect(shown).toEqual([10, 20]);
  await profile.read();
  expect(shown).toEqual([10, 20, 26]);
  profile.stop();
  expect(calls).toEqual(['start', 'stop']);
});
