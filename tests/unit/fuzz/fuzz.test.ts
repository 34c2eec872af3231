/** Ten thousand mutants of every kind of file, and what a campaign does with a parser that crashes, hangs or grows. */

import { describe, expect, it } from 'vitest';
import { FuzzFailure, LONGEST_MS, runCampaign } from '../../fuzz/campaign';
import { textFile, type FuzzTarget } from '../../fuzz/target';
import { FUZZ_TARGETS } from '../../fuzz/targets';

const MUTANTS = 10_000;

describe.each(FUZZ_TARGETS)('$name', (target) => {
  const mutants = target.everydayMutants ?? MUTANTS;
  it(`reads or refuses ${mutants} mutants`, { timeout: 180_000 }, async () => {
    const { refused, accepted } = await runCampaign(target, { runs: mutants, seed: 1 });
    expect(refused + accepted).toBe(mutants);
    // A parser that lets everything pass, or nothing, would not be tested by what passes and fails above.
    expect(refused).toBeGreaterThanOrEqual(target.refuses ? mutants / 10 : 0);
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('a campaign', () => {
  const sound: FuzzTarget = {
    name: 'sound',
    files: [textFile('a valid file of some length')],
    refuses: true,
    isRefusal: () => true,
    memoryMultiple: 64,
    read: () => undefined,
  };
  const valid = new TextDecoder().decode(sound.files[0]?.bytes);
  const onMutants = (run: (bytes: Uint8Array) => void): FuzzTarget => ({
    ...sound,
    isRefusal: () => false,
    read(bytes) {
      if (new TextDecoder().decode(bytes) !== valid) run(bytes);
    },
  });

  it('counts what is read', async () => {
    const result = await runCampaign(sound, { runs: 50, seed: 1 });
    expect(result).toMatchObject({ mutants: 50, accepted: 50, refused: 0 });
  });

  it('names the mutant that a parser crashes on, and how to make it again', async () => {
    const crashing = onMutants((bytes) => {
      if (bytes.length > valid.length) throw new TypeError('undefined is not a function');
    });
    const failure = runCampaign(crashing, { runs: 100, seed: 7 });
    await expect(failure).rejects.toThrow(FuzzFailure);
    await expect(failure).rejects.toThrow(/mutant \d+ of seed 7.*TypeError[^]*--seed 7 --from \d+/);
  });

  it('sees a parser that is slow', async () => {
    const slow = onMutants(() => {
      const end = performance.now() + LONGEST_MS + 50;
      while (performance.now() < end);
    });
    await expect(runCampaign(slow, { runs: 100, seed: 1 })).rejects.toThrow(/it took \d+ ms/);
  });

  it('sees a parser that allocates more than its share', async () => {
    const kept: Uint8Array[] = [];
    const greedy = onMutants(() => kept.push(new Uint8Array(32 * 1024 * 1024)));
    await expect(runCampaign(greedy, { runs: 100, seed: 1 })).rejects.toThrow(/bytes of memory/);
  });
});
