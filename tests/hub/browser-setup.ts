/** Starts the stand-in hub for the tests in the browser, with a full-size flan-t5-small and -large of random weights in it. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { randomCheckpoint } from '../../scripts/weights/random-checkpoint';
import { artefactAddress, type Artefact } from '../../src/weights/hub/artefact';
import { GSM8K_FILES, listedModel } from '../../src/weights/hub/manifest';
import { keepLanguageModels } from './language-models';
import { startStandInHub } from './stand-in-hub';
import { STAND_IN_TOKENIZER } from './tokenizer-files';

declare module 'vitest' {
  export interface ProvidedContext {
    hub: string;
    /** Whether flan-t5's tokenizer and GSM8K are at hand: they are not part of the repository. */
    hubHasData: boolean;
    /** Whether flan-t5-large is to be loaded too, which takes minutes and 8 GB of memory. */
    large: boolean;
  }
}

const DATA = process.env['WINNOW_DATA'] ?? '../shared/data';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hub = await startStandInHub();
  const keep = (artefact: Artefact, make: () => Uint8Array) =>
    hub.keep(artefactAddress(artefact, { huggingFace: '', github: '' }) ?? '', make);
  for (const size of ['small', 'large'] as const) {
    keep(listedModel(`flan-t5-${size}-q8_0`).weights, () =>
      Buffer.concat([...randomCheckpoint(size, 'q8_0', 1)]),
    );
  }
  keepLanguageModels(hub);
  const { tokenizer, tokenizerConfiguration } = STAND_IN_TOKENIZER;
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
