/** Small models in the layout of transformers.js, as repositories of the stand-in hub. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { StandInHub } from './stand-in-hub';
import { CONFIGURATION, decoderFile, encoderFile } from './tiny-encoder-decoder';

const FOLDER = 'tests/fixtures/onnx-tiny-gpt2';

/** The weights of the GPT-2. */
export const readLanguageModel = (): Uint8Array => readFileSync(join(FOLDER, 'onnx/model.onnx'));

/**
 * Keeps a two-layer GPT-2 with random weights three times: `tiny/gpt2-chat` has its chat template in the tokenizer's file,
 * `tiny/gpt2-jinja` in a file of its own, and `tiny/gpt2-plain` has none. And keeps
 * an encoder and decoder.
 */
export function keepLanguageModels(hub: StandInHub): void {
  const read = (path: string) => readFileSync(join(FOLDER, path));
  const { chat_template, ...plain } = v.parse(
    v.looseObject({ chat_template: v.string() }),
    JSON.parse(read('tokenizer_config.json').toString('utf8')),
  );
  for (const kind of ['chat', 'jinja', 'plain']) {
    const keep = (path: string, make = () => read(path)) =>
      hub.keep(`/tiny/gpt2-${kind}/resolve/main/${path}`, make);
    for (const path of readdirSync(FOLDER)) if (path.endsWith('.json')) keep(path);
    keep('onnx/model.onnx');
    if (kind === 'chat') continue;
    keep('tokenizer_config.json', () => Buffer.from(JSON.stringify(plain)));
    if (kind === 'jinja') keep('chat_template.jinja', () => Buffer.from(chat_template));
  }
  keepEncoderDecoder(hub, read('tokenizer.json'), JSON.stringify(plain));
}

/** `tiny/encoder-decoder` has the same words. */
function keepEncoderDecoder(hub: StandInHub, tokenizer: Uint8Array, configuration: string): void {
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['config.json', Buffer.from(JSON.stringify(CONFIGURATION))],
    ['tokenizer.json', tokenizer],
    ['tokenizer_config.json', Buffer.from(configuration)],
    ['onnx/encoder_model.onnx', encoderFile()],
    ['onnx/decoder_model_merged.onnx', decoderFile()],
  ];
  for (const [path, bytes] of files) {
    hub.keep(`/tiny/encoder-decoder/resolve/main/${path}`, () => bytes);
  }
}
