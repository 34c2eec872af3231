/** The tile shapes a matrix product may be cut into, and the one to take where nothing was measured. */

/** Part of a product that one workgroup computes: `rows x columns` of the output, `depth` of the inner size at a time. */
export interface MatrixTile {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Outputs of one invocation, both multiples of 4: they and their factors are its registers. */
  readonly ownRows: number;
  readonly ownColumns: number;
}

function tile(
  rows: number,
  columns: number,
  depth: number,
  ownRows: number,
  ownColumns: number,
): MatrixTile {
  return { rows, columns, depth, ownRows, ownColumns };
}

/**
 * The candidates, all within 256 invocations and 16 KB of shared memory. Every output is one sum over
 * the inner size in ascending order, whatever the tile: choosing another one does not change a result.
 */
export const MATRIX_TILES = {
  '16x64': tile(16, 64, 16, 4, 4),
  '32x32': tile(32, 32, 16, 4, 4),
  '32x64': tile(32, 64, 16, 4, 4),
  '64x64': tile(64, 64, 16, 4, 4),
  '64x64 8x4': tile(64, 64, 16, 8, 4),
  '64x64 8x8': tile(64, 64, 16, 8, 8),
  '128x64 8x8': tile(128, 64, 16, 8, 8),
  '128x128 8x8': tile(128, 128, 8, 8, 8),
} as const satisfies Readonly<Record<string, MatrixTile>>;

export type MatrixTileName = keyof typeof MATRIX_TILES;

export function isMatrixTile(name: unknown): name is MatrixTileName {
  return typeof name === 'string' && Object.hasOwn(MATRIX_TILES, name);
}

export function invocationsOf({ rows, columns, ownRows, ownColumns }: MatrixTile): number {
  return (rows / ownRows) * (columns / ownColumns);
}

/** How the factors of a product lie in memory: `a` transposed or not, then `b`; or a quantised `b`. */
export const PRODUCT_LAYOUTS = ['NN', 'NT', 'TN', 'TT', 'Q8_0', 'Q4_0'] as const;
export type ProductLayout = (typeof PRODUCT_LAYOUTS)[number];

/** How many outputs there are, which decides how large tiles may be and still keep a GPU busy; `flat` has few rows. */
export const PRODUCT_SIZES = ['flat', 'small', 'medium', 'large'] as const;
export type ProductSize = (typeof PRODUCT_SIZES)[number];

/** Products of one layout and about one size, which share a tile. */
export type ProductClass = `${ProductLayout} ${ProductSize}`;

/** The size class of a product with so many rows a matrix, and outputs in all its matrices. */
export function productSize(rows: number, outputs: number): ProductSize {
  if (rows <= 32) return 'flat';
  if (outputs < 128 * 1024) return 'small';
  return outputs < 1024 * 1024 ? 'medium' : 'large';
}

/** What was fastest on two software adapters, where nothing is measured; a GPU measures for itself. */
export function defaultTile(size: ProductSize): MatrixTileName {
  return size === 'flat' ? '16x64' : '64x64 8x8';
}
