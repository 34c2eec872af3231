/** Q8_0 and Q4_0 against blocks made by an independent implementation, and at their edges. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../scripts/file-source';
import { encodeFloat16 } from '../../../src/weights/half-precision';
import {
  dequantizeQ4_0,
  dequantizeQ8_0,
  quantizeQ4_0,
  quantizeQ8_0,
} from '../../../src/weights/quantization';
import { openSafetensors } from '../../../src/weights/safetensors-reader';
import { bytesOf, fixturePath } from './weight-fixtures';

const reference = await openSafetensors(fileSource(fixturePath('quantized-matrix.safetensors')));

async function floats(name: string): Promise<Float32Array<ArrayBuffer>> {
  const data = await reference.readTensor(name);
  if (data instanceof Float32Array) return data;
  throw new Error(`${name} is not a float tensor`);
}

async function bytes(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await reference.readTensor(name));
}

const FORMATS = [
  { format: 'Q8_0', quantize: quantizeQ8_0, dequantize: dequantizeQ8_0, blockBytes: 34 },
  { format: 'Q4_0', quantize: quantizeQ4_0, dequantize: dequantizeQ4_0, blockBytes: 18 },
] as const;

describe.each(FORMATS)('$format', ({ format, quantize, dequantize, blockBytes }) => {
  it('makes the reference blocks bit for bit', async () => {
    expect(quantize(await floats('matrix'))).toStrictEqual(await bytes(`matrix as ${format}`));
  });

  it('gives the reference values bit for bit', async () => {
    const expected = bytesOf(await floats(`matrix from ${format}`));
    const actual = bytesOf(dequantize(await bytes(`matrix as ${format}`)));
    expect(Buffer.compare(actual, expected)).toBe(0);
  });

  it('keeps a block of zeros zero', () => {
    const zeros = new Float32Array(32);
    expect(dequantize(quantize(zeros)).every((value) => value === 0)).toBe(true);
  });

  it('takes values too small for its scale as zero', () => {
    const tiny = new Float32Array(32).fill(1e-44);
    expect(dequantize(quantize(tiny)).every((value) => value === 0)).toBe(true);
  });

  it.each([[NaN], [Infinity], [1e9]])('refuses %f', (value) => {
    const block = new Float32Array(64);
    block[40] = value;
    expect(() => quantize(block)).toThrow('values 32 to 63 are not finite or too large');
  });

  it('refuses a length that does not fill its blocks', () => {
    expect(() => quantize(new Float32Array(33))).toThrow('multiple of 32 values, but 33');
  });

  it('stays within one quantisation step of every value', () => {
    const steps = format === 'Q8_0' ? 127 * 2 : 8;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
          minLength: 64,
          maxLength: 64,
        }),
        (list) => {
          const values = Float32Array.from(list);
          const blocks = quantize(values);
          expect(blocks.byteLength).toBe(2 * blockBytes);
          const back = dequantize(blocks);
          values.forEach((value, index) => {
            const block = values.subarray(index & 32, (index & 32) + 32);
            const largest = block.reduce((most, item) => Math.max(most, Math.abs(item)), 0);
            // The half-precision scale itself is off by up to 2^-11 of the value, or by a subnormal's 2^-25.
            const tolerance = largest * (1 / steps + 2 ** -10) + 128 * 2 ** -25;
            expect(Math.abs((back[index] ?? NaN) - value)).toBeLessThanOrEqual(tolerance);
          });
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('Q4_0 nibbles', () => {
  it('hold weights 0 to 15 low and 16 to 31 high', () => {
    const block = new Float32Array(32);
    block[0] = -8;
    block[16] = 7;
    const stored = quantizeQ4_0(block);
    expect([...stored.subarray(0, 4)]).toStrictEqual([0x00, 0x3c, 0xf0, 0x88]);
  });
});

describe('Q8_0 rounding', () => {
  it('takes halves away from zero', () => {
    const block = new Float32Array(32);
    block.set([127, 0.5, -0.5, 1.5, -1.5, 0.49999997]);
    expect([...new Int8Array(quantizeQ8_0(block).buffer, 2, 6)]).toStrictEqual([
      127, 1, -1, 2, -2, 0,
    ]);
  });
});

describe('F16', () => {
  it('makes and gives the reference table bit for bit', async () => {
    const table = await floats('table');
    const stored = new Float32Array((await floats('table as F16')).buffer);
    expect(stored).toStrictEqual(await floats('table from F16'));
    expect(encodeFloat16(table)).toStrictEqual(encodeFloat16(stored));
  });
});
