/** The manifest: every public model and data set this page knows, where its files are, and what they need. */

import { artefactKey, type Artefact } from './artefact';

export type ModelSize = 'small' | 'base' | 'large';
export type WeightFormat = 'Q8_0' | 'F32';

export interface GpuBytes {
  /** While it writes: its blocks stay quantised where its file has them so. */
  readonly teacher: number;
  /** While it trains, in 32 bit whatever the file: weights, gradients and AdamW's two moments. */
  readonly student: number;
}

/** A T5 v1.1 that a study can choose by its id. */
export interface ListedModel {
  readonly id: string;
  readonly label: string;
  readonly size: ModelSize;
  readonly format: WeightFormat;
  readonly parameters: number;
  /** Bytes of GPU memory that its weights take; a study's batches come on top and are in its estimate. */
  readonly gpuBytes: GpuBytes;
  /** Its `config.json`, from which a study's estimate is counted before anything is downloaded. */
  readonly configJson: Readonly<Record<string, unknown>>;
  readonly licence: string;
  /** About how large the download is, for display until the exact size is known. */
  readonly approximateBytes: number;
  readonly weights: Artefact;
  /** `config.json`; a GGUF file carries its configuration itself. */
  readonly configuration: Artefact | null;
  /** What a visitor should know before choosing it; empty for most. */
  readonly note: string;
}

const APACHE = 'Apache-2.0';

/** What is known of a file's content; the first download pins a hash that is null. */
interface Content {
  readonly bytes: number | null;
  readonly sha256: string | null;
}

const UNKNOWN: Content = { bytes: null, sha256: null };

function listedFile(
  repository: string,
  revision: string,
  path: string,
  { bytes, sha256 }: Content,
): Artefact {
  return { host: 'hugging-face', repository, revision, path, bytes, sha256, listed: true };
}

interface GoogleRepository {
  readonly revision: string;
  readonly weights: Content;
  readonly configuration: Content;
}

/**
 * Google's own repositories, at their current commits. Sizes and hashes are those that independent
 * projects recorded of the same commits; large's size is not among them.
 */
const GOOGLE: Readonly<Record<ModelSize, GoogleRepository>> = {
  small: {
    revision: '0fc9ddf78a1e988dac52e2dac162b0ede4fd74ab',
    weights: {
      bytes: 307_867_048,
      sha256: '495fa51e204676f1a857a9fc13c4c89f3f5ba9f480b898cebca02add25e6d749',
    },
    configuration: {
      bytes: 1_401,
      sha256: '439aa0fecf5a5546a1def68b1fc45e538e2c94528ce805378daf091e2bf6e4de',
    },
  },
  base: {
    revision: '7bcac572ce56db69c1ea7c8af255c5d7c9672fc2',
    weights: {
      bytes: 990_345_061,
      sha256: '1dfb70afdcedceb9f9fae2f9b68e004ad934361fb35b9b2bd50b45ea90790fc8',
    },
    configuration: {
      bytes: null,
      sha256: '7c1853dbfa0e4aac093eb109a358b6ab25fe86b7c15185a91322f0ed26f0f940',
    },
  },
  large: {
    revision: '0613663d0d48ea86ba8cb3d7a44f0f65dc596a2a',
    weights: {
      bytes: null,
      sha256: 'a9dd06ce490f139af36e9eb77dd3758b4fd07a08a73d5a1abe5ff2591e2d388e',
    },
    configuration: {
      bytes: null,
      sha256: 'bfa5beeb5a4630a97f043f071b9b5d858c842604cff5db874680f33b56090c8c',
    },
  },
};

/** Width, size of a head, heads, feed-forward width and layers of each stack, as in each `config.json`. */
const SHAPES: Readonly<Record<ModelSize, readonly [number, number, number, number, number]>> = {
  small: [512, 64, 6, 1024, 8],
  base: [768, 64, 12, 2048, 12],
  large: [1024, 64, 16, 2816, 24],
};

/** What the published `config.json` of a flan-t5 says of its shape. */
export function flanConfigJson(size: ModelSize): Readonly<Record<string, unknown>> {
  const [width, headSize, heads, feedForward, layers] = SHAPES[size];
  return {
    architectures: ['T5ForConditionalGeneration'],
    model_type: 't5',
    d_model: width,
    d_kv: headSize,
    num_heads: heads,
    d_ff: feedForward,
    num_layers: layers,
    num_decoder_layers: layers,
    vocab_size: 32_128,
    relative_attention_num_buckets: 32,
    relative_attention_max_distance: 128,
    layer_norm_epsilon: 1e-6,
    feed_forward_proj: 'gated-gelu',
    tie_word_embeddings: false,
    pad_token_id: 0,
    eos_token_id: 1,
    decoder_start_token_id: 0,
  };
}

/** Counted from the shapes: embedding and output layer apart, no biases. */
const PARAMETERS: Readonly<Record<ModelSize, number>> = {
  small: 76_961_152,
  base: 247_577_856,
  large: 783_150_080,
};

/** Counted likewise: matrices as blocks of 34 bytes for 32 weights, vectors and position tables in 32 bit. */
const QUANTISED_GPU_BYTES: Readonly<Record<ModelSize, number>> = {
  small: 81_835_520,
  base: 263_193_600,
  large: 832_466_944,
};

function gpuBytes(size: ModelSize, format: WeightFormat): GpuBytes {
  const full = 4 * PARAMETERS[size];
  return { teacher: format === 'Q8_0' ? QUANTISED_GPU_BYTES[size] : full, student: 4 * full };
}

const MEGABYTE = 1_000_000;
const QUANTISED_BYTES: Readonly<Record<ModelSize, number>> = {
  small: 114 * MEGABYTE,
  base: 310 * MEGABYTE,
  large: 895 * MEGABYTE,
};

function tokenizerFile(path: string, content: Content): Artefact {
  return listedFile('google/flan-t5-small', GOOGLE.small.revision, path, content);
}

/** All flan-t5 share one tokenizer; one copy of it serves every size. */
export const FLAN_TOKENIZER = {
  tokenizer: tokenizerFile('tokenizer.json', {
    bytes: 2_424_064,
    sha256: 'fe2ebbbbde2985be723e0ce18217853e4020c5e9d35bd07be2c27ab9d3ead57a',
  }),
  tokenizerConfiguration: tokenizerFile('tokenizer_config.json', {
    bytes: 2_539,
    sha256: 'fcde0f79bffda3688119c94330866a8fbf8de20ae65a8c492c9bd47c704655a0',
  }),
};

/** These repositories publish no tags: `main`, whose files may change, so no hash is listed. */
function quantised(size: ModelSize): ListedModel {
  return {
    id: `flan-t5-${size}-q8_0`,
    label: `flan-t5-${size}, 8 bit`,
    size,
    format: 'Q8_0',
    parameters: PARAMETERS[size],
    gpuBytes: gpuBytes(size, 'Q8_0'),
    configJson: flanConfigJson(size),
    licence: APACHE,
    approximateBytes: QUANTISED_BYTES[size],
    weights: listedFile(
      `Felladrin/gguf-flan-t5-${size}`,
      'main',
      `flan-t5-${size}.Q8_0.gguf`,
      UNKNOWN,
    ),
    configuration: null,
    note: '',
  };
}

function fullPrecision(size: ModelSize): ListedModel {
  const { revision, weights, configuration } = GOOGLE[size];
  const file = (path: string, content: Content) =>
    listedFile(`google/flan-t5-${size}`, revision, path, content);
  return {
    id: `flan-t5-${size}-f32`,
    label: `flan-t5-${size}, 32 bit`,
    size,
    format: 'F32',
    parameters: PARAMETERS[size],
    gpuBytes: gpuBytes(size, 'F32'),
    configJson: flanConfigJson(size),
    licence: APACHE,
    approximateBytes: weights.bytes ?? 4 * PARAMETERS[size],
    weights: file('model.safetensors', weights),
    configuration: file('config.json', configuration),
    note: '',
  };
}

/** A better teacher of GSM8K than flan-t5-large itself (Khalifa et al. 2023, "GRACE"). */
const TUNED_ON_GSM8K: ListedModel = {
  id: 'flan-t5-large-gsm8k-f32',
  label: 'flan-t5-large tuned on GSM8K, 32 bit',
  size: 'large',
  format: 'F32',
  parameters: PARAMETERS.large,
  gpuBytes: gpuBytes('large', 'F32'),
  configJson: flanConfigJson('large'),
  licence: 'see the repository',
  approximateBytes: 4 * PARAMETERS.large,
  weights: listedFile('mkhalifa/flan-t5-large-gsm8k', 'main', 'model.safetensors', UNKNOWN),
  configuration: listedFile('mkhalifa/flan-t5-large-gsm8k', 'main', 'config.json', UNKNOWN),
  note: 'Its files could not be confirmed from here: this page reads safetensors, and says so if the repository holds none.',
};

export const LISTED_MODELS: readonly ListedModel[] = [
  quantised('small'),
  quantised('base'),
  quantised('large'),
  fullPrecision('small'),
  fullPrecision('base'),
  fullPrecision('large'),
  TUNED_ON_GSM8K,
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

/** GSM8K's official files, in the order a study reads them. */
export const GSM8K_FILES: readonly Artefact[] = [
  gsm8k('train', 4_166_206, '17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465'),
  gsm8k('test', 749_738, '3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14'),
];

const LICENCES: ReadonlyMap<string, string> = new Map([
  ...LISTED_MODELS.flatMap(({ weights, configuration, licence }) =>
    [weights, configuration].flatMap((file) =>
      file === null ? [] : [[artefactKey(file), licence] as const],
    ),
  ),
  ...Object.values(FLAN_TOKENIZER).map((file) => [artefactKey(file), APACHE] as const),
  ...GSM8K_FILES.map((file) => [artefactKey(file), 'MIT'] as const),
]);

/** The licence of a listed file by its artefact's key; null for a file that nobody lists. */
export function licenceOf(key: string): string | null {
  return LICENCES.get(key) ?? null;
}
