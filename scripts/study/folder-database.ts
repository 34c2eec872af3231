/** The page's database in a folder: IndexedDB in memory, saved to files so that a killed command goes on from there. */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { StoreNames } from 'idb';
import * as v from 'valibot';
import { Database, openDatabase, type WriteTransaction } from '../../src/storage/database';
import type { WinnowSchema } from '../../src/storage/schema';

type StoreName = StoreNames<WinnowSchema>;

/** Everything but the pieces of checkpoints, in one file that is replaced as a whole. */
const RECORDS = 'records';
const CHUNKS = 'chunks';

/** Longest time between two saves of records that a machine's crash may lose, in ms. */
const SAVE_INTERVAL_MS = 20_000;

const savedSchema = v.object({
  version: v.number(),
  stores: v.record(v.string(), v.array(v.unknown())),
});

export class FolderDatabase extends Database {
  readonly #folder: string;
  /** The keys of the chunks that are files already. */
  readonly #chunkFiles = new Set<string>();
  #savedAt = Date.now();
  #saving: Promise<void> = Promise.resolve();

  private constructor(database: Database, folder: string) {
    super(database.connection);
    this.#folder = folder;
  }

  /**
   * Opens a folder's database, or an empty one in a new folder.
   *
   * @throws Error when the folder was written by another version of the schema
   */
  static async open(folder: string): Promise<FolderDatabase> {
    await mkdir(join(folder, CHUNKS), { recursive: true });
    const database = new FolderDatabase(await openDatabase(folder), folder);
    await database.#load();
    return database;
  }

  protected override async attempt<Names extends StoreName[]>(
    names: Names,
    durability: 'strict' | 'relaxed',
    work: (transaction: WriteTransaction<Names>) => Promise<unknown>,
  ): Promise<void> {
    await super.attempt(names, durability, work);
    if (durability === 'strict' || Date.now() - this.#savedAt > SAVE_INTERVAL_MS) {
      await this.save();
    }
  }

  /** Saves everything: a crash on the way leaves what was saved before. */
  async save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { connection } = this;
    const stores: Record<string, unknown[]> = {};
    for (const name of connection.objectStoreNames) {
      if (name !== CHUNKS) stores[name] = await connection.getAll(name);
    }
    const keys = await connection.getAllKeys(CHUNKS);
    for (const key of keys) {
      const file = fileName(key);
      if (this.#chunkFiles.has(file)) continue;
      await this.#replace(join(CHUNKS, file), serialize(await connection.get(CHUNKS, key)));
      this.#chunkFiles.add(file);
    }
    await this.#replace(RECORDS, serialize({ version: connection.version, stores }));
    const needed = new Set(keys.map(fileName));
    for (const file of await readdir(join(this.#folder, CHUNKS))) {
      if (needed.has(file)) continue;
      await rm(join(this.#folder, CHUNKS, file));
      this.#chunkFiles.delete(file);
    }
    this.#savedAt = Date.now();
  }

  async #replace(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#folder, name);
    await writeFile(`${path}.new`, bytes);
    await rename(`${path}.new`, path);
  }

  async #load(): Promise<void> {
    const { connection } = this;
    const bytes = await readFile(join(this.#folder, RECORDS)).catch(() => null);
    if (bytes === null) return;
    const { version, stores } = v.parse(savedSchema, deserialize(bytes));
    if (version !== connection.version) {
      throw new Error(
        `${this.#folder}: expected a study saved with version ${connection.version} of the database, found version ${version}. Choose another folder with --out.`,
      );
    }
    for (const name of connection.objectStoreNames) {
      for (const record of stores[name] ?? []) await this.#put(name, record);
    }
    for (const file of await readdir(join(this.#folder, CHUNKS))) {
      if (file.endsWith('.new')) continue;
      await this.#put(CHUNKS, deserialize(await readFile(join(this.#folder, CHUNKS, file))));
      this.#chunkFiles.add(file);
    }
  }

  /** These records came out of this database; their types were lost on the way through the file. */
  async #put(name: StoreName, record: unknown): Promise<void> {
    const transaction = this.connection.transaction(name, 'readwrite');
    await Promise.all([
      Reflect.apply(transaction.store.put, transaction.store, [record]),
      transaction.done,
    ]);
  }
}

const fileName = (key: readonly (string | number)[]): string =>
  encodeURIComponent(JSON.stringify(key));
