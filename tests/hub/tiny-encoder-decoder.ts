/** An encoder and decoder small enough to be worked out by hand, as the two ONNX files that transformers.js asks for. */

import { Random } from '../../src/data/random';

/** As many as the tokenizer of the tiny GPT-2 has. */
const WORDS = 61;
export const START_ID = 4;
export const END_ID = 0;

/** How much each word of the question speaks for each word of the output, and each word for the next. [WORDS, WORDS] each. */
const random = new Random(52);
const spoken = Float32Array.from({ length: WORDS * WORDS }, () => 8 * random.next());
// No word follows itself, so that the output is more than one word.
const next = Float32Array.from({ length: WORDS * WORDS }, (_, index) =>
  index % (WORDS + 1) === 0 ? -100 : 8 * random.next(),
);

/**
 * What the model writes greedily: the logits of a word are `next` of the one before it plus the mean of
 * `spoken` over the question. The end token is written too.
 */
export function writtenIds(question: readonly number[], maximumTokens: number): number[] {
  const ids: number[] = [];
  for (let last = START_ID; ids.length < maximumTokens && last !== END_ID; ids.push(last)) {
    const logits = Array.from({ length: WORDS }, (_, word) => {
      const votes = question.map((id) => spoken[id * WORDS + word] ?? 0);
      const mean = votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
      return mean + (next[last * WORDS + word] ?? 0);
    });
    last = logits.indexOf(Math.max(...logits));
  }
  return ids;
}

/** `config.json`: a T5 by name, of which only the token ids matter here. */
export const CONFIGURATION = {
  model_type: 't5',
  is_encoder_decoder: true,
  vocab_size: WORDS,
  d_model: WORDS,
  d_kv: 1,
  num_heads: 1,
  num_layers: 1,
  num_decoder_layers: 1,
  decoder_start_token_id: START_ID,
  pad_token_id: END_ID,
  eos_token_id: END_ID,
};

/** `input_ids` to `last_hidden_state`: each word's row of `spoken`. */
export function encoderFile(): Uint8Array {
  return modelFile(
    [node('Gather', ['spoken', 'input_ids'], 'last_hidden_state')],
    tensor('spoken', spoken),
    [value('input_ids', INT64, ['batch', 'length'])],
    value('last_hidden_state', FLOAT, ['batch', 'length', WORDS]),
  );
}

/** `input_ids` and `encoder_hidden_states` to `logits`. */
export function decoderFile(): Uint8Array {
  return modelFile(
    [
      node('Gather', ['next', 'input_ids'], 'following'),
      node('ReduceMean', ['encoder_hidden_states'], 'mean', [numbers(8, 'axes', [1])]),
      node('Add', ['following', 'mean'], 'logits'),
    ],
    tensor('next', next),
    [
      value('input_ids', INT64, ['batch', 'written']),
      value('encoder_hidden_states', FLOAT, ['batch', 'length', WORDS]),
    ],
    value('logits', FLOAT, ['batch', 'written', WORDS]),
  );
}

// ONNX is Protocol Buffers; the field numbers are those of onnx.proto3.
const FLOAT = 1;
const INT64 = 7;
const INTS_ATTRIBUTE = 7;

type Field = Uint8Array;

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))];
}

function whole(field: number, number: number): Field {
  return Uint8Array.from([...varint(field * 8), ...varint(number)]);
}

function bytes(field: number, content: Uint8Array): Field {
  return join([Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
}

function text(field: number, content: string): Field {
  return bytes(field, new TextEncoder().encode(content));
}

function message(field: number, fields: readonly Field[]): Field {
  return bytes(field, join(fields));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function numbers(field: number, name: string, values: readonly number[]): Field {
  return message(5, [
    text(1, name),
    ...values.map((each) => whole(field, each)),
    whole(20, INTS_ATTRIBUTE),
  ]);
}

function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Field[] = [],
): Field {
  return message(1, [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, type),
    ...attributes,
  ]);
}

function tensor(name: string, values: Float32Array): Field {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message(5, [
    whole(1, WORDS),
    whole(1, WORDS),
    whole(2, FLOAT),
    text(8, name),
    bytes(9, raw),
  ]);
}

/** The fields of an input or output: its name and type, dimensions being numbers or names. */
function value(name: string, type: number, shape: readonly (number | string)[]): Field[] {
  const dimensions = shape.map((size) =>
    message(1, [typeof size === 'number' ? whole(1, size) : text(2, size)]),
  );
  const tensorType = message(1, [whole(1, type), message(2, dimensions)]);
  return [text(1, name), message(2, [tensorType])];
}

function modelFile(
  nodes: readonly Field[],
  initializer: Field,
  inputs: readonly Field[][],
  output: readonly Field[],
): Uint8Array {
  const graph = [
    ...nodes,
    text(2, 'tiny'),
    initializer,
    ...inputs.map((input) => message(11, input)),
    message(12, output),
  ];
  return join([whole(1, 8), message(7, graph), message(8, [text(1, ''), whole(2, 13)])]);
}
