/** Opens the study that ships with the page, in a database of its own: nothing of it is ever among the visitor's. */

import { openDatabase } from '../storage/database';
import { Stores } from '../storage/stores';
import { importStudy } from '../study/archive/import-study';
import { StudyArchive } from '../study/archive/open-archive';
import { EXAMPLE_ID } from '../study/example';
import { memorySource, type ByteSource } from '../weights/byte-source';

const DATABASE = 'winnow-example';

export class ExampleShelf {
  readonly #address: URL;
  #stores: Promise<Stores> | null = null;

  constructor(address: URL) {
    this.#address = address;
  }

  /**
   * The stores that hold the example and nothing else; made ready by the first call.
   *
   * @throws Error when its file cannot be had and was never opened before
   */
  async open(): Promise<Stores> {
    this.#stores ??= this.#load();
    try {
      return await this.#stores;
    } catch (error) {
      this.#stores = null;
      throw error;
    }
  }

  async #load(): Promise<Stores> {
    const stores = new Stores(await openDatabase(DATABASE));
    const stored = await stores.studies.readSnapshot(EXAMPLE_ID);
    let source: ByteSource;
    try {
      source = await this.#fetch();
    } catch (error) {
      if (stored !== null) return stores;
      throw error;
    }
    // Another version of the page may ship another study.
    const shipped = await (await StudyArchive.open(source)).readStudy();
    if (stored?.createdAt === shipped.createdAt) return stores;
    await stores.studies.delete(EXAMPLE_ID);
    await importStudy(stores, source, EXAMPLE_ID);
    return stores;
  }

  async #fetch(): Promise<ByteSource> {
    const response = await fetch(this.#address);
    if (!response.ok) {
      throw new Error(
        `Expected the example study at ${this.#address.pathname}, found answer ${response.status}. Reload the page; everything else works without it.`,
      );
    }
    return memorySource('the example', new Uint8Array(await response.arrayBuffer()));
  }
}
