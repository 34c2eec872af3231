/** A weight file on disk as a byte source, for the commands that run in Node. */

import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ByteSource } from '../src/weights/byte-source';

/**
 * Opens the file anew for each range, so that nothing has to be closed.
 * @throws {Error} Node's own, where there is no such file
 */
export function fileSource(path: string): ByteSource {
  return {
    name: basename(path),
    byteLength: statSync(path).size,
    async read(offset, length) {
      const file = await open(path, 'r');
      try {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      } finally {
        await file.close();
      }
    },
  };
}
