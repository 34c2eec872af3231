/** Where the tiles measured for a device are kept from one start to the next. */

/** Plain data by the adapter's name; what is read is checked before it is used. */
export interface TileStorage {
  read(adapter: string): Promise<unknown>;
  write(adapter: string, tiles: Readonly<Record<string, string>>): Promise<void>;
}
