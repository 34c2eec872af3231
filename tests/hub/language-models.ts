/** A two-layer GPT-2 with random weights in the layout of transformers.js, as three repositories of the stand-in hub. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { artefactAddress, namedArtefact } from '../../src/weights/hub/artefact';
import type { StandInHub } from './stand-in-hub';

const FOLDER = 'tests/fixtures/onnx-tiny-gpt2';

/**
 * Keeps the same model three times: `tiny/gpt2-chat` has its chat template in the tokenizer's file,
 * `tiny/gpt2-jinja` in a file of its own, and `tiny/gpt2-plain` has none.
 */
export function keepLanguageModels(hub: StandInHub): void {
  const read = (path: string) => readFileSync(join(FOLDER, path));
  const { chat_template, ...plain } = v.parse(
    v.looseObject({ chat_template: v.string() }),
    JSON.parse(read('tokenizer_config.json').toString('utf8')),
  );
  for (const kind of ['chat', 'jinja', 'plain']) {
    const keep = (path: string, make = () => read(path)) =>
      hub.keep(
        artefactAddress(namedArtefact(`tiny/gpt2-${kind}`, 'main', path), {
          huggingFace: '',
          github: '',
        }),
        make,
      );
    for (const path of readdirSync(FOLDER)) if (path.endsWith('.json')) keep(path);
    keep('onnx/model.onnx');
    if (kind === 'chat') continue;
    keep('tokenizer_config.json', () => Buffer.from(JSON.stringify(plain)));
    if (kind === 'jinja') keep('chat_template.jinja', () => Buffer.from(chat_template));
  }
}
