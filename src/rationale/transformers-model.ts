/** A language model that transformers.js runs; the library is loaded when the first one is opened. */

import type * as Transformers from '@xenova/transformers';
import type { PreTrainedModel, PreTrainedTokenizer } from '@xenova/transformers';
import * as v from 'valibot';
import { readExactly, type ByteSource } from '../weights/byte-source';
import type { TransformersFormat, TransformersTask } from './transformers-format';

type Library = typeof Transformers;
export type TransformersDevice = 'webgpu' | 'wasm';

/** Addresses of ONNX Runtime's own files, which the page serves itself. */
export interface OnnxRuntimeFiles {
  /** The script that starts the binary. */
  readonly script: string;
  readonly binary: string;
}

export interface TransformersModelOptions {
  /** `owner/name`, for messages. */
  readonly repository: string;
  readonly task: TransformersTask;
  readonly format: TransformersFormat;
  readonly device: TransformersDevice;
  readonly runtime: OnnxRuntimeFiles;
  /** Every file there is of the model, by its path in the repository; nothing else can be read. */
  readonly files: ReadonlyMap<string, ByteSource>;
}

export interface WritingOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
  /** Most tokens written, the end token included. */
  readonly maximumTokens: number;
}

export interface Writing {
  /** What was written after the prompt, without special tokens. */
  readonly text: string;
  /** Tokens written, the end token included. */
  readonly tokens: number;
}

/** Newer repositories keep the chat template in a file of its own, which transformers.js does not read. */
export const CHAT_TEMPLATE_PATH = 'chat_template.jinja';

/**
 * The address that transformers.js is told models are at. Nobody is asked there: whatever it wants is
 * answered from `files`.
 */
const STORED = 'https://stored.invalid/';

/** The device of the first model: ONNX Runtime starts once, with the binary of that device. */
let startedFor: TransformersDevice | null = null;

/** Positions a model was made for, under the names that configurations have for them. */
const positionsSchema = v.looseObject({
  max_position_embeddings: v.nullish(v.number()),
  n_positions: v.nullish(v.number()),
});

const configSchema = v.looseObject({
  model_type: v.string('its config.json names no "model_type"'),
});

/**
 * Paths of the weight files and of what belongs to them, as transformers.js would ask for them.
 *
 * @param config the content of the repository's `config.json`
 * @throws Error when transformers.js does not know such a model
 */
export async function weightPaths(
  { repository, task, format, device }: Omit<TransformersModelOptions, 'files' | 'runtime'>,
  config: string,
): Promise<string[]> {
  const { ModelRegistry, PretrainedConfig } = await import('@xenova/transformers');
  return explained(repository, task, async () =>
    ModelRegistry.get_model_files(repository, {
      config: new PretrainedConfig(v.parse(configSchema, JSON.parse(config))),
      dtype: format,
      device,
    }),
  );
}

export class TransformersModel {
  readonly #library: Library;
  readonly #options: TransformersModelOptions;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #model: PreTrainedModel;
  /** Null where the model was not made for conversation. */
  readonly #chatTemplate: string | null;

  private constructor(
    library: Library,
    options: TransformersModelOptions,
    tokenizer: PreTrainedTokenizer,
    model: PreTrainedModel,
    chatTemplate: string | null,
  ) {
    this.#library = library;
    this.#options = options;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#chatTemplate = chatTemplate;
  }

  /**
   * Opens a model whose files are all at hand.
   *
   * The parts are opened one by one and not by `pipeline`: that one looks for the configuration and
   * the tokenizer of the branch `main` whatever the revision, and gives text back without saying how
   * many tokens it had.
   *
   * @throws Error when it is no model for this task, or does not start on this device
   */
  static async open(options: TransformersModelOptions): Promise<TransformersModel> {
    const { repository, task, format, device, files } = options;
    const library = await import('@xenova/transformers');
    startRuntime(library, options);
    const auto =
      task === 'text-generation' ? library.AutoModelForCausalLM : library.AutoModelForSeq2SeqLM;
    return explained(repository, task, async () => {
      const tokenizer = await library.AutoTokenizer.from_pretrained(repository);
      const model = await auto.from_pretrained(repository, { dtype: format, device });
      const template = task === 'text-generation' ? await chatTemplate(tokenizer, files) : null;
      return new TransformersModel(library, options, tokenizer, model, template);
    });
  }

  /** True where prompts are put into the model's chat template. */
  get isChat(): boolean {
    return this.#chatTemplate !== null;
  }

  /**
   * Writes what follows a prompt. The same seed gives the same text on the same device: the library's
   * one source of random numbers is seeded before each prompt, which is why prompts take turns.
   *
   * @throws Error when the prompt is longer than the model reads
   */
  async write(prompt: string, options: WritingOptions): Promise<Writing> {
    const { repository, task } = this.#options;
    const inputs = this.#encode(prompt);
    const length = inputs.input_ids.dims.at(-1) ?? 0;
    const maximumTokens = Math.min(options.maximumTokens, this.#room(length));
    // Its own types leave out those of its random numbers.
    const random: { readonly seed: (seed: number) => void } = this.#library.random;
    random.seed(options.seed);
    const output = await explained(repository, task, async () =>
      this.#model.generate({
        ...inputs,
        max_new_tokens: maximumTokens,
        do_sample: options.temperature > 0,
        ...(options.temperature > 0 ? { temperature: options.temperature } : {}),
        // As the other teacher samples: from the whole distribution, whatever the model's file prefers.
        top_k: 0,
        top_p: 1,
        num_beams: 1,
        num_return_sequences: 1,
      }),
    );
    const ids: unknown = output instanceof this.#library.Tensor ? output.data : null;
    if (!(ids instanceof BigInt64Array)) {
      throw new Error(
        'Expected a row of tokens from transformers.js, found none. Build the page again.',
      );
    }
    // A decoder's output begins with the prompt, that of an encoder and decoder with a start token.
    const written = [...ids.subarray(task === 'text-generation' ? length : 1)];
    const text = this.#tokenizer.decode(written, { skip_special_tokens: true });
    return { text, tokens: written.length };
  }

  /** Frees the sessions, on the GPU too. */
  async dispose(): Promise<void> {
    await this.#model.dispose();
  }

  #encode(prompt: string) {
    const template = this.#chatTemplate;
    // Cutting a question short silently would ask another one.
    if (template === null) return this.#tokenizer(prompt, { truncation: false });
    const options = {
      chat_template: template,
      add_generation_prompt: true,
      tokenize: false,
      // Templates that know no thinking ignore this; the others would spend all tokens on it.
      enable_thinking: false,
    } as const;
    const text = this.#tokenizer.apply_chat_template([{ role: 'user', content: prompt }], options);
    // The template writes the special tokens itself.
    return this.#tokenizer(text, { add_special_tokens: false, truncation: false });
  }

  /** How many tokens may be written after a prompt of so many tokens. */
  #room(promptTokens: number): number {
    const { repository, task } = this.#options;
    const positions = v.parse(positionsSchema, this.#model.config);
    const longest: unknown = this.#tokenizer.model_max_length;
    const isDecoder = task === 'text-generation';
    const limit = Math.min(
      positions.max_position_embeddings ?? Infinity,
      positions.n_positions ?? Infinity,
      // Encoders with relative positions read more than they were trained with.
      isDecoder && typeof longest === 'number' ? longest : Infinity,
    );
    // A decoder that continues the prompt has one row of positions for both.
    const room = isDecoder ? limit - promptTokens : limit;
    if (promptTokens <= limit && room > 0) return room;
    throw new Error(
      `Expected a prompt with room for an answer within the ${limit} tokens that ${repository} reads, found one of ${promptTokens} tokens. Choose a model that reads more, or leave such long questions out.`,
    );
  }
}

/** Tells the library where everything is. It has one environment for all models. */
function startRuntime(
  { env, LogLevel }: Library,
  { repository, device, runtime, files }: TransformersModelOptions,
): void {
  if (startedFor === 'wasm' && device === 'webgpu') {
    throw new Error(
      'Expected to run transformers.js on the GPU, but in this page it already runs on WebAssembly, and it starts only once. Reload the page, then go on.',
    );
  }
  const { wasm } = env.backends.onnx;
  if (wasm === undefined) {
    throw new Error(
      'Expected ONNX Runtime for the web in transformers.js, found none. Build again.',
    );
  }
  if (startedFor === null) {
    wasm.wasmPaths = { mjs: runtime.script, wasm: runtime.binary };
    // More threads would need a page isolated from other origins, which few hosts allow.
    wasm.numThreads = 1;
    startedFor = device;
  }
  env.logLevel = LogLevel.ERROR;
  // Files are kept by this project's own storage. The library's would keep the runtime as a blob:
  // address too, which the page's policy forbids to run.
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.allowLocalModels = false;
  env.remoteHost = STORED;
  env.remotePathTemplate = '{model}';
  env.fetch = async (address) => {
    const source = files.get(String(address).slice(`${STORED}${repository}/`.length));
    return source === undefined
      ? new Response(null, { status: 404, statusText: 'Not in the repository' })
      : new StoredResponse(source);
  };
}

/** A stored file as the answer to a request, read into one buffer: weights need no second copy. */
class StoredResponse extends Response {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(null, { headers: { 'content-length': String(source.byteLength) } });
    this.#source = source;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return (await readExactly(this.#source, 0, this.#source.byteLength)).buffer;
  }
}

async function chatTemplate(
  tokenizer: PreTrainedTokenizer,
  files: ReadonlyMap<string, ByteSource>,
): Promise<string | null> {
  const own: unknown = tokenizer.chat_template;
  // Several templates under names: the tokenizer picks the one named "default".
  if (own !== null && own !== undefined) return tokenizer.get_chat_template();
  const source = files.get(CHAT_TEMPLATE_PATH);
  if (source === undefined) return null;
  return new TextDecoder().decode(await readExactly(source, 0, source.byteLength));
}

/** Puts the library's messages into a sentence that says what was tried. */
async function explained<Result>(
  repository: string,
  task: TransformersTask,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Expected ${repository} to run as a ${task} model of transformers.js, found: ${found.slice(0, 400)}. Choose another format, task or repository.`,
      { cause },
    );
  }
}
