/** Numbers of 16 bits as text: two bytes each, little-endian, in base64. */

import type { SoftTargetRecord } from '../../storage/schema';
import { archiveError } from './archive-error';
import type { PackedSoftTargets } from './archive-parts';

/** Characters that are made at a time: an argument list may not be arbitrarily long. */
const BLOCK = 8_192;

export function packSoftTargets(record: SoftTargetRecord): PackedSoftTargets {
  return { ...record, ids: pack(record.ids), logits: pack(record.logits) };
}

/** @throws Error when the two do not have the same number of candidates for every position */
export function unpackSoftTargets(record: PackedSoftTargets): SoftTargetRecord {
  const [ids, logits] = [unpack(record.ids), unpack(record.logits)];
  if (ids.length !== logits.length || ids.length % record.candidates !== 0) {
    throw archiveError(
      `expected ${record.candidates} candidates for every position of batch ${record.batch} of its soft targets, found ${ids.length} tokens and ${logits.length} logits`,
    );
  }
  return { ...record, ids, logits };
}

function pack(numbers: Uint16Array): string {
  const view = new DataView(new ArrayBuffer(numbers.length * 2));
  for (const [index, number] of numbers.entries()) view.setUint16(index * 2, number, true);
  const bytes = new Uint8Array(view.buffer);
  let binary = '';
  for (let start = 0; start < bytes.length; start += BLOCK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + BLOCK));
  }
  return btoa(binary);
}

function unpack(text: string): Uint16Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw archiveError('its soft targets are not base64');
  }
  if (binary.length % 2 !== 0) throw archiveError('its soft targets end within a number');
  return Uint16Array.from(
    { length: binary.length / 2 },
    (_, index) => binary.charCodeAt(index * 2) | (binary.charCodeAt(index * 2 + 1) << 8),
  );
}
