/** The manifest: every public model and data set this page knows, where its files are, and what they need. */

import type { Artefact } from './artefact';

export type ModelSize = 'small' | 'base' | 'large';
export type WeightFormat = 'Q8_0' | 'F32';

/** A T5 v1.1 that a study can choose by its id. */
export interface ListedModel {
  readonly id: string;
  readonly label: string;
  readonly size: ModelSize;
  readonly format: WeightFormat;
  readonly parameters: number;
  readonly licence: string;
  /** About how large the download is, for display until the exact size is known. */
  readonly approximateBytes: number;
  readonly weights: Artefact;
  /** `config.json`; a GGUF file carries its configuration itself. */
  readonly configuration: Artefact | null;
}

interface HubFile {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

/** A file whose size and hash are not published: the first download pins them. */
function unpinned(file: HubFile): Artefact {
  return { host: 'hugging-face', ...file, bytes: null, sha256: null, listed: true };
}

/** Google's own repositories, at their current commits. The quantised ones publish no tags: `main`. */
const GOOGLE_REVISIONS: Readonly<Record<ModelSize, string>> = {
  small: '0fc9ddf78a1e988dac52e2dac162b0ede4fd74ab',
  base: '7bcac572ce56db69c1ea7c8af255c5d7c9672fc2',
  large: '0613663d0d48ea86ba8cb3d7a44f0f65dc596a2a',
};

/** Counted from the shapes: embedding and output layer apart, no biases. */
const PARAMETERS: Readonly<Record<ModelSize, number>> = {
  small: 76_961_152,
  base: 247_577_856,
  large: 783_150_080,
};

const MEGABYTE = 1_000_000;
const QUANTISED_BYTES: Readonly<Record<ModelSize, number>> = {
  small: 114 * MEGABYTE,
  base: 310 * MEGABYTE,
  large: 895 * MEGABYTE,
};

/** All flan-t5 share one tokenizer; one copy of it serves every size. */
export const FLAN_TOKENIZER = {
  tokenizer: unpinned({
    repository: 'google/flan-t5-small',
    revision: GOOGLE_REVISIONS.small,
    path: 'tokenizer.json',
  }),
  tokenizerConfiguration: unpinned({
    repository: 'google/flan-t5-small',
    revision: GOOGLE_REVISIONS.small,
    path: 'tokenizer_config.json',
  }),
};

function quantised(size: ModelSize): ListedModel {
  return {
    id: `flan-t5-${size}-q8_0`,
    label: `flan-t5-${size}, 8 bit`,
    size,
    format: 'Q8_0',
    parameters: PARAMETERS[size],
    licence: 'Apache-2.0',
    approximateBytes: QUANTISED_BYTES[size],
    weights: unpinned({
      repository: `Felladrin/gguf-flan-t5-${size}`,
      revision: 'main',
      path: `flan-t5-${size}.Q8_0.gguf`,
    }),
    configuration: null,
  };
}

function fullPrecision(size: ModelSize): ListedModel {
  const file = (path: string) =>
    unpinned({ repository: `google/flan-t5-${size}`, revision: GOOGLE_REVISIONS[size], path });
  return {
    id: `flan-t5-${size}-f32`,
    label: `flan-t5-${size}, 32 bit`,
    size,
    format: 'F32',
    parameters: PARAMETERS[size],
    licence: 'Apache-2.0',
    approximateBytes: 4 * PARAMETERS[size],
    weights: file('model.safetensors'),
    configuration: file('config.json'),
  };
}

export const LISTED_MODELS: readonly ListedModel[] = [
  quantised('small'),
  quantised('base'),
  quantised('large'),
  fullPrecision('small'),
  fullPrecision('base'),
  fullPrecision('large'),
];

/** @throws Error naming the models there are */
export function listedModel(id: string): ListedModel {
  const found = LISTED_MODELS.find((model) => model.id === id);
  if (found !== undefined) return found;
  const known = LISTED_MODELS.map((model) => model.id).join(', ');
  throw new Error(`Expected one of the models ${known}, found "${id}". Choose one of these.`);
}

/** The last commit of OpenAI's repository, which is archived. */
const GSM8K_COMMIT = '3101c7d5072418e28b9008a6636bde82a006892c';

function gsm8k(split: 'train' | 'test', bytes: number, sha256: string): Artefact {
  return {
    host: 'github',
    repository: 'openai/grade-school-math',
    revision: GSM8K_COMMIT,
    path: `grade_school_math/data/${split}.jsonl`,
    bytes,
    sha256,
    listed: true,
  };
}

/** GSM8K's official files (MIT), in the order a study reads them. */
export const GSM8K_FILES: readonly Artefact[] = [
  gsm8k('train', 4_166_206, '17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465'),
  gsm8k('test', 749_738, '3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14'),
];
