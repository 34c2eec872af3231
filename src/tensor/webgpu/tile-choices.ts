/** Which tile each class of matrix products takes on this device: measured once, or the default. */

import { defaultTile, type MatrixTileName, type ProductClass } from './matrix-tile';

export class TileChoices {
  readonly #chosen = new Map<ProductClass, MatrixTileName>();

  tileOf(kind: ProductClass): MatrixTileName {
    return this.#chosen.get(kind) ?? defaultTile(kind.endsWith(' flat') ? 'flat' : 'medium');
  }

  choose(kind: ProductClass, tile: MatrixTileName): void {
    this.#chosen.set(kind, tile);
  }

  /** What was chosen so far, as plain data. */
  chosen(): Readonly<Record<string, MatrixTileName>> {
    return Object.fromEntries(this.#chosen);
  }
}
