/** Which tile each class of matrix products takes on this device: measured once, or the default. */

import { defaultTile, PRODUCT_SIZES, type MatrixTileName, type ProductClass } from './matrix-tile';

export class TileChoices {
  readonly #chosen = new Map<ProductClass, MatrixTileName>();

  tileOf(kind: ProductClass): MatrixTileName {
    const chosen = this.#chosen.get(kind);
    if (chosen !== undefined) return chosen;
    const size = PRODUCT_SIZES.find((name) => kind.endsWith(name)) ?? 'medium';
    return defaultTile(size);
  }

  choose(kind: ProductClass, tile: MatrixTileName): void {
    this.#chosen.set(kind, tile);
  }

  /** What was chosen so far, as plain data. */
  chosen(): Readonly<Record<string, MatrixTileName>> {
    return Object.fromEntries(this.#chosen);
  }
}
