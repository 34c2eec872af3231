/** Addresses: every view has one, and hostile ones lead to the first screen. */

import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../../src/ui/address';

describe('addresses', () => {
  it.each<Address>([
    { kind: 'home' },
    { kind: 'study', studyId: 'a b&c=d#e', view: 'overview' },
    { kind: 'study', studyId: 'study-1', view: 'traces' },
    { kind: 'trace', studyId: 'study-1', problemId: 'gsm8k-train-12' },
    { kind: 'trace', studyId: 'study-1', problemId: 'p', place: { sample: 0, step: 2 } },
    {
      kind: 'study',
      studyId: 'study-1',
      view: 'traces',
      list: { filter: { verdict: 'rejected', loop: 'changed', text: 'a & b=c' }, order: 'longest' },
    },
    {
      kind: 'trace',
      studyId: 'study-1',
      problemId: 'p',
      place: { sample: 1, step: 0 },
      list: { filter: { difficulty: '8+' }, order: 'problem' },
    },
    { kind: 'study', studyId: 'study-1', view: 'tests' },
    { kind: 'study', studyId: 'study-1', view: 'tests', problemId: 'gsm8k-test-7' },
    { kind: 'setup', preset: 'laptop', changes: { seed: '9', prompts: '{"solve":"a=b&c"}' } },
    { kind: 'run', preset: 'demo', backend: 'wasm', seed: 12 },
    { kind: 'run', preset: 'smoke', backend: 'auto', seed: null },
  ])('reads back $kind', (address) => {
    expect(parseAddress(formatAddress(address))).toEqual(address);
  });

  it('takes the defaults where a run says nothing', () => {
    expect(parseAddress('#run=demo')).toEqual({
      kind: 'run',
      preset: 'demo',
      backend: 'auto',
      seed: null,
    });
  });

  it.each([
    ['#run=demo&backend=cuda', { backend: 'auto' }],
    ['#run=demo&seed=-1', { seed: null }],
    ['#run=demo&seed=1e5', { seed: null }],
    ['#run=demo&seed=99999999999', { seed: null }],
    ['#run=demo&seed=4294967296', { seed: null }],
    ['#run=demo&seed=4294967295', { seed: 4_294_967_295 }],
    [`#study=${'x'.repeat(1000)}`, { kind: 'home' }],
    ['#trace=only', { kind: 'home' }],
    ['#study=s&trace=p&attempt=2&step=1', { place: { sample: 1, step: 0 } }],
    [
      '#study=s&view=traces&verdict=good&reason=arithmetic',
      { list: { filter: { reason: 'arithmetic' }, order: 'problem' } },
    ],
    ['#study=s&view=traces&__proto__=x&order=random', { view: 'traces' }],
    [`#study=s&view=traces&text=${'x'.repeat(2000)}`, { view: 'traces' }],
    [`#setup=${'x'.repeat(1000)}`, { kind: 'home' }],
    ['#%E0%A4%A', { kind: 'home' }],
  ])('distrusts %s', (hash, expected) => {
    expect(parseAddress(hash)).toMatchObject(expected);
  });

  it.each(['attempt=0&step=1', 'attempt=1', 'attempt=1&step=1e3', 'attempt=1&step=99999'])(
    'opens a trace and points at nothing where it says %s',
    (place) => {
      const address = parseAddress(`#study=s&trace=p&${place}`);
      expect(address).toEqual({ kind: 'trace', studyId: 's', problemId: 'p' });
    },
  );
});
