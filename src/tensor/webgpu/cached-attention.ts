/** The kernel of a decoder's self-attention on WebGPU: keeps the new token's key and value, and attends. */

import { input, numberAttribute } from '../kernel-inputs';
import { attendRow, columnsOf, rowInvocations, rowMemory } from './attention-of-rows';
import { attentionSizes, headRows, readPart, writePart } from './attention-tile';
import type { Kernel } from './kernel';
import type { KernelRunner } from './kernel-runner';
import { kernelVariants } from './kernel-variants';
import type { Kernels } from './register';

/** A workgroup writes only the part of the cache that it alone reads: one dispatch does both. */
const cached = kernelVariants(
  ({ columns, vectors }: { columns: number; vectors: boolean }): Kernel => ({
    name: 'CachedAttention',
    variant: `${columns}${vectors ? '-vectors' : ''}`,
    bindings: [
      headRows('query', 'read', vectors),
      headRows('key', 'read', vectors),
      headRows('value', 'read', vectors),
      headRows('keys', 'write', vectors),
      headRows('values', 'write', vectors),
      { name: 'bias', access: 'read', type: 'array<f32>' },
      headRows('output', 'write', vectors),
    ],
    uniforms: [
      { name: 'heads', type: 'u32' },
      { name: 'size', type: 'u32' },
      { name: 'capacity', type: 'u32' },
      { name: 'position', type: 'u32' },
      { name: 'tokens', type: 'u32' },
    ],
    code: `${rowMemory(columns)}
${['query', 'key', 'value', 'keys', 'values'].map((name) => readPart(name, vectors)).join('')}
${['keys', 'values', 'output'].map((name) => writePart(name, vectors)).join('')}
@compute @workgroup_size(${rowInvocations(columns)})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let head = group.x;
  let batch = group.y;
  let base = (batch * uniforms.heads + head) * uniforms.size;
  let cacheBase = (batch * uniforms.capacity * uniforms.heads + head) * uniforms.size;
  if (lane < ${columns}u) {
    queryParts[lane] = queryPart(base, 0u, 1u, lane);
    let at = uniforms.position;
    write_keys(cacheBase, at, uniforms.capacity, lane, keyPart(base, 0u, 1u, lane));
    write_values(cacheBase, at, uniforms.capacity, lane, valuePart(base, 0u, 1u, lane));
  }
  // What this workgroup has just written it reads as part of the cache: no branch a key for the new token.
  storageBarrier();
  workgroupBarrier();
  let firstBias = (head + 1u) * uniforms.tokens - 1u - uniforms.position;
  ${attendRow({
    columns,
    keys: '(uniforms.position + 1u)',
    score: 'product + bias[firstBias + key]',
    keyPart: 'keysPart(cacheBase, key, uniforms.capacity, part)',
    valuePart: 'valuesPart(cacheBase, key, uniforms.capacity, part)',
  })}
  if (lane < ${columns}u) { write_output(base, 0u, 1u, lane, result / total); }
}`,
  }),
);

/** `CachedAttention` gives the new token's output and writes its key and value into `keys` and `values`. */
export function cachedAttentionKernels(runner: KernelRunner): Kernels {
  return {
    CachedAttention: ({ inputs, attrs }) => {
      const query = input(inputs, 'query');
      const keys = input(inputs, 'keys');
      const bias = input(inputs, 'bias');
      const sizes = attentionSizes(query, keys, numberAttribute(attrs, 'heads'));
      const { batch, heads, size } = sizes;
      const output = runner.output(query.shape);
      const given = ['query', 'key', 'value', 'keys', 'values', 'bias'];
      const uniforms = {
        heads,
        size,
        capacity: sizes.keys,
        position: numberAttribute(attrs, 'position'),
        tokens: bias.shape[2] ?? 0,
      };
      runner.run(
        cached({ columns: columnsOf(size), vectors: size % 4 === 0 }),
        [...given.map((name) => input(inputs, name)), output],
        uniforms,
        [heads, batch],
      );
      return output;
    },
  };
}
