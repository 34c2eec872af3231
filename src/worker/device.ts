/** The device of this worker: chosen once, and again only when the visitor asks for another backend. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { selectBackend } from '../tensor/backend';
import type { BackendName } from '../tensor/device';
import type { TileStorage } from '../tensor/tile-storage';
import type { DeviceReport } from '../study/snapshot';

export class Device {
  /** Opens where the tiles measured for a GPU are kept. */
  readonly #openTiles: () => Promise<TileStorage>;
  #chosen: { readonly preference: BackendName | null; readonly report: DeviceReport } | null = null;

  constructor(openTiles: () => Promise<TileStorage>) {
    this.#openTiles = openTiles;
  }

  /** Starts the backend asked for, or the best one there is, and says what it found. */
  async select(preference: BackendName | null): Promise<DeviceReport> {
    if (this.#chosen?.preference === preference) return this.#chosen.report;
    const report = await selectBackend(preference, { wasmBinary }, await this.#openTiles());
    this.#chosen = { preference, report };
    return report;
  }

  /** The device last selected, or the best one there is. */
  async current(): Promise<DeviceReport> {
    return this.#chosen?.report ?? this.select(null);
  }
}
