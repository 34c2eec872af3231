/** Starts the stand-in hub for the tests in the browser, with a full-size flan-t5-small and -large of random weights in it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { TestProject } from 'vitest/node';
import { randomCheckpoint } from '../../scripts/weights/random-checkpoint';
import { artefactAddress, namedArtefact, type Artefact } from '../../src/weights/hub/artefact';
import { FLAN_TOKENIZER, GSM8K_FILES, listedModel } from '../../src/weights/hub/manifest';
import { startStandInHub } from './stand-in-hub';

declare module 'vitest' {
  export interface ProvidedContext {
    hub: string;
    /** Whether flan-t5's tokenizer and GSM8K are at hand: they are not part of the repository. */
    hubHasData: boolean;
    /** Whether flan-t5-large is to be loaded too, which takes minutes and 8 GB of memory. */
    large: boolean;
  }
}

/** A two-layer GPT-2 with random weights and a chat template, in the layout of transformers.js. */
const LANGUAGE_MODEL = 'tests/fixtures/onnx-tiny-gpt2';
const DATA = process.env['WINNOW_DATA'] ?? '../shared/data';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hub = await startStandInHub();
  const keep = (artefact: Artefact, make: () => Uint8Array) =>
    hub.keep(artefactAddress(artefact, { huggingFace: '', github: '' }), make);
  for (const size of ['small', 'large'] as const) {
    keep(listedModel(`flan-t5-${size}-q8_0`).weights, () =>
      Buffer.concat([...randomCheckpoint(size, 'q8_0', 1)]),
    );
  }
  keepLanguageModels(keep);
  const { tokenizer, tokenizerConfiguration } = FLAN_TOKENIZER;
  const folders = new Map([
    ...[tokenizer, tokenizerConfiguration].map((file) => [file, 'flan-t5-tokenizer'] as const),
    ...GSM8K_FILES.map((file) => [file, 'gsm8k'] as const),
  ]);
  let hubHasData = true;
  for (const [artefact, folder] of folders) {
    const path = join(DATA, folder, artefact.path.replace(/^.*\//, ''));
    hubHasData &&= existsSync(path);
    keep(artefact, () => readFileSync(path));
  }
  project.provide('hub', hub.url);
  project.provide('hubHasData', hubHasData);
  project.provide('large', process.env['WINNOW_LARGE'] === '1');
  return () => hub.close();
}

/** The same model three times: its chat template in the tokenizer's file, in a file of its own, and left out. */
function keepLanguageModels(keep: (artefact: Artefact, make: () => Uint8Array) => void): void {
  const read = (path: string) => readFileSync(join(LANGUAGE_MODEL, path));
  const { chat_template, ...plain } = v.parse(
    v.looseObject({ chat_template: v.string() }),
    JSON.parse(read('tokenizer_config.json').toString('utf8')),
  );
  for (const kind of ['chat', 'jinja', 'plain']) {
    const file = (path: string) => namedArtefact(`tiny/gpt2-${kind}`, 'main', path);
    for (const path of readdirSync(LANGUAGE_MODEL)) {
      if (path.endsWith('.json')) keep(file(path), () => read(path));
    }
    keep(file('onnx/model.onnx'), () => read('onnx/model.onnx'));
    if (kind === 'chat') continue;
    keep(file('tokenizer_config.json'), () => Buffer.from(JSON.stringify(plain)));
    if (kind === 'jinja') keep(file('chat_template.jinja'), () => Buffer.from(chat_template));
  }
}
