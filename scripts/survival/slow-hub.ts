/** A hub that takes seconds for a language model, so that downloads can be interrupted anywhere. */

import { startStandInHub, type StandInHub } from '../../tests/hub/stand-in-hub';
import { keepLanguageModels, readLanguageModel } from '../../tests/hub/language-models';

/** Its teacher, whose model is several pieces of a download long. */
export const DOWNLOADED_REPOSITORY = 'tiny/gpt2-jinja';

/** Three pieces of 16 MB, as downloads are kept. */
const PADDING_BYTES = 48 * 1024 * 1024;

/** Starts the hub. */
export async function startSlowHub(): Promise<StandInHub> {
  const hub = await startStandInHub();
  keepLanguageModels(hub);
  const path = `/${DOWNLOADED_REPOSITORY}/resolve/main/onnx/model.onnx`;
  hub.keep(path, () => withPadding(readLanguageModel()));
  const fault = encodeURIComponent(JSON.stringify({ pauseMs: 1 }));
  await fetch(`${hub.url}${path}?fault=${fault}`, { method: 'PUT' });
  return hub;
}

/** The same model with a long description, which field 6 of ONNX's `ModelProto` is. */
function withPadding(model: Uint8Array): Uint8Array {
  const length: number[] = [];
  // A varint of protocol buffers: seven bits a byte, the lowest first.
  for (let rest = PADDING_BYTES; rest > 0; rest >>>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  }
  const STRING_FIELD_6 = (6 << 3) | 2;
  const text = Buffer.alloc(PADDING_BYTES, ' ');
  return Buffer.concat([model, Uint8Array.of(STRING_FIELD_6, ...length), text]);
}
