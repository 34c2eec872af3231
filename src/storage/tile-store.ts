/** The tiles that were measured to be fastest for matrix products, by adapter. */

import type { TileStorage } from '../tensor/tile-storage';
import type { Database } from './database';

export class TileStore implements TileStorage {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async read(adapter: string): Promise<Readonly<Record<string, string>> | null> {
    return (await this.#database.connection.get('tiles', adapter))?.tiles ?? null;
  }

  async write(adapter: string, tiles: Readonly<Record<string, string>>): Promise<void> {
    await this.#database.write(['tiles'], 'relaxed', (transaction) =>
      transaction.objectStore('tiles').put({ adapter, tiles, measuredAt: Date.now() }),
    );
  }
}
