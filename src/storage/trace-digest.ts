/** The hash that tells a trace which came back from the disk as it was written from one that did not. */

import type { Trace } from '../rationale/trace';
import { sha256 } from './chunks';

/** SHA-256 of everything a trace says, in hexadecimal. Its members keep their order in the store. */
export async function traceDigest(trace: Trace): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify(trace)));
}
