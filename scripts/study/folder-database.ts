/** The page's database in a folder: IndexedDB in memory, saved to files so that a killed command goes on from there. */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { StoreNames } from 'idb';
import * as v from 'valibot';
import { Database, openDatabase, type WriteTransaction } from '../../src/storage/database';
import type { WinnowSchema } from '../../src/storage/schema';

type StoreName = StoreNames<WinnowSchema>;

/** Everything but the stores of large pieces, in one file that is replaced as a whole. */
const RECORDS = 'records';
/** Stores whose records are files of their own, in a folder of the store's name. */
const PIECES = ['chunks', 'artefactPieces', 'softTargets'] as const;

/** Since this version of the schema stores were only added, so that folders saved with it are read as they are. */
const OLDEST_VERSION = 4;

/** Longest time between two saves of records that a machine's crash may lose, in ms. */
const SAVE_INTERVAL_MS = 20_000;

const savedSchema = v.object({
  version: v.number(),
  stores: v.record(v.string(), v.array(v.unknown())),
});

export class FolderDatabase extends Database {
  readonly #folder: string;
  /** The pieces that are files already. */
  readonly #pieceFiles = new Set<string>();
  #savedAt = Date.now();
  #saving: Promise<void> = Promise.resolve();

  private constructor(database: Database, folder: string) {
    super(database.connection);
    this.#folder = folder;
  }

  /**
   * Opens a folder's database, or an empty one in a new folder.
   *
   * @throws Error when the folder was written by a newer version of the schema, or one that is too old
   */
  static async open(folder: string): Promise<FolderDatabase> {
    for (const name of PIECES) await mkdir(join(folder, name), { recursive: true });
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
      if (!isPieceStore(name)) stores[name] = await connection.getAll(name);
    }
    const needed = new Set<string>();
    for (const name of PIECES) {
      for (const key of await connection.getAllKeys(name)) {
        const file = join(name, encodeURIComponent(JSON.stringify(key)));
        needed.add(file);
        if (this.#pieceFiles.has(file)) continue;
        const store = connection.transaction(name).store;
        await this.#replace(file, serialize(await store.get(IDBKeyRange.only(key))));
        this.#pieceFiles.add(file);
      }
    }
    await this.#replace(RECORDS, serialize({ version: connection.version, stores }));
    for (const file of await this.#filesOfPieces()) {
      if (needed.has(file)) continue;
      await rm(join(this.#folder, file));
      this.#pieceFiles.delete(file);
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
    if (version > connection.version || version < OLDEST_VERSION) {
      throw new Error(
        `${this.#folder}: expected a study saved with version ${OLDEST_VERSION} to ${connection.version} of the database, found version ${version}. Choose another folder with --out.`,
      );
    }
    for (const name of connection.objectStoreNames) {
      for (const record of stores[name] ?? []) await this.#put(name, record);
    }
    for (const name of PIECES) {
      for (const file of await this.#filesOfPieces(name)) {
        if (file.endsWith('.new')) continue;
        await this.#put(name, deserialize(await readFile(join(this.#folder, file))));
        this.#pieceFiles.add(file);
      }
    }
  }

  async #filesOfPieces(...names: (typeof PIECES)[number][]): Promise<string[]> {
    const files = await Promise.all(
      (names.length === 0 ? PIECES : names).map(async (name) =>
        (await readdir(join(this.#folder, name))).map((file) => join(name, file)),
      ),
    );
    return files.flat();
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

function isPieceStore(name: string): boolean {
  return PIECES.some((other) => other === name);
}
