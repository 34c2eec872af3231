/** Measures on a device which tile is fastest for each class of matrix products, once, and remembers it. */

import type { TileStorage } from '../tile-storage';
import type { KernelRunner } from './kernel-runner';
import { recordProduct, type Factor, type Product } from './mat-mul';
import {
  isMatrixTile,
  PRODUCT_LAYOUTS,
  PRODUCT_SIZES,
  type MatrixTileName,
  type ProductClass,
  type ProductLayout,
  type ProductSize,
} from './matrix-tile';
import { TileChoices } from './tile-choices';

type ProductShape = readonly [rows: number, columns: number, inner: number];

/** A product of each size as T5 models have them. */
const SHAPES: Readonly<Record<ProductSize, ProductShape>> = {
  flat: [32, 768, 512],
  small: [192, 512, 512],
  medium: [640, 768, 512],
  large: [1536, 1024, 512],
};

/** In the order of their importance. No product of a T5 has both factors transposed. */
const SIZES = ['medium', 'large', 'small', 'flat'] as const;
const LAYOUTS = ['NT', 'NN', 'TN', 'Q8_0', 'Q4_0'] as const;

const CANDIDATES: Readonly<Record<ProductSize, readonly MatrixTileName[]>> = {
  flat: ['16x64', '32x32', '32x64'],
  small: ['32x32', '32x64', '64x64', '64x64 8x8'],
  medium: ['32x64', '64x64', '64x64 8x4', '64x64 8x8'],
  large: ['64x64', '64x64 8x4', '64x64 8x8', '128x64 8x8', '128x128 8x8'],
};

/** Rounds over all candidates, the best of which counts, so that one disturbance decides nothing. */
const ROUNDS = 3;
/** Dispatches of a round, so that the time to submit them counts little. */
const REPETITIONS = 6;
/** Classes that are not reached within this time keep the default tile. */
const MOST_MILLISECONDS = 6_000;

/**
 * Chooses tiles for the runner's device: those stored for the adapter, or measured ones, which are then
 * stored. No choice changes the bits of a result, so that a study may go on with other ones.
 *
 * @param adapter the adapter's name
 * @param shapes the product that stands for each size
 */
export async function tuneTiles(
  runner: KernelRunner,
  choices: TileChoices,
  adapter: string,
  storage: TileStorage | null,
  shapes = SHAPES,
): Promise<void> {
  if (adopt(choices, await storage?.read(adapter))) return;
  const started = performance.now();
  for (const size of SIZES) {
    for (const layout of LAYOUTS) {
      if (performance.now() - started > MOST_MILLISECONDS) break;
      choices.choose(`${layout} ${size}`, await fastestTile(runner, layout, size, shapes[size]));
    }
  }
  await storage?.write(adapter, choices.chosen());
}

/** Takes over stored choices; false when there are none. Names that mean nothing here are left out. */
function adopt(choices: TileChoices, stored: unknown): boolean {
  if (typeof stored !== 'object' || stored === null) return false;
  let found = false;
  const tiles: ReadonlyMap<string, unknown> = new Map(Object.entries(stored));
  for (const layout of PRODUCT_LAYOUTS) {
    for (const size of PRODUCT_SIZES) {
      const kind: ProductClass = `${layout} ${size}`;
      const tile = tiles.get(kind);
      if (!isMatrixTile(tile)) continue;
      choices.choose(kind, tile);
      found = true;
    }
  }
  return found;
}

async function fastestTile(
  runner: KernelRunner,
  layout: ProductLayout,
  size: ProductSize,
  shape: ProductShape,
): Promise<MatrixTileName> {
  const product = emptyProduct(runner, layout, shape);
  const candidates = CANDIDATES[size].map((name) => {
    const choices = new TileChoices();
    choices.choose(`${layout} ${size}`, name);
    return { name, choices, best: Infinity };
  });
  // The first round compiles the kernels and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const candidate of candidates) {
      const elapsed = await milliseconds(runner, () => {
        for (let i = 0; i < (round === 0 ? 1 : REPETITIONS); i++) {
          recordProduct(runner, candidate.choices, product);
        }
      });
      if (round > 0) candidate.best = Math.min(candidate.best, elapsed);
    }
  }
  for (const { dataId } of [...product.a.tensors, ...product.b.tensors, product.output]) {
    runner.backend.disposeData(dataId);
  }
  return candidates.reduce((best, next) => (next.best < best.best ? next : best)).name;
}

/** From the submission to the end of what `record` records. */
async function milliseconds(runner: KernelRunner, record: () => void): Promise<number> {
  await runner.finish();
  const start = performance.now();
  record();
  await runner.finish();
  return performance.now() - start;
}

/** A product of zeros. */
function emptyProduct(
  runner: KernelRunner,
  layout: ProductLayout,
  [rows, columns, inner]: ProductShape,
): Product {
  const place = { start: 0, stride: 0 };
  const a: Factor = {
    operand: { name: 'a', storage: layout.startsWith('T') ? 'outer' : 'inner', vectors: true },
    tensors: [runner.output([rows, inner])],
    ...place,
  };
  const sizes = { layout, rows, columns, inner, matrices: 1, outputStart: 0, residual: null };
  const output = runner.output([rows, columns]);
  if (layout === 'Q8_0' || layout === 'Q4_0') {
    const integers = runner.output([columns, inner / (layout === 'Q8_0' ? 4 : 8)], 'int32');
    const scales = runner.output([columns, inner / 64], 'int32');
    const operand = { name: 'b', storage: layout, vectors: true } as const;
    return { ...sizes, a, b: { operand, tensors: [integers, scales], ...place }, output };
  }
  const b: Factor = {
    operand: { name: 'b', storage: layout.endsWith('T') ? 'inner' : 'outer', vectors: true },
    tensors: [runner.output([columns, inner])],
    ...place,
  };
  return { ...sizes, a, b, output };
}
