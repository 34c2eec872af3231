/** What a transformers.js model can be: the two tasks that write text, and the number formats its files come in. */

export const TRANSFORMERS_TASKS = ['text-generation', 'text2text-generation'] as const;
export type TransformersTask = (typeof TRANSFORMERS_TASKS)[number];

/** transformers.js's own names; each is a file of its own in a repository's `onnx` folder. */
export const TRANSFORMERS_FORMATS = [
  'fp32',
  'fp16',
  'q8',
  'int8',
  'uint8',
  'q4',
  'q4f16',
  'bnb4',
] as const;
export type TransformersFormat = (typeof TRANSFORMERS_FORMATS)[number];

/** True for formats that compute in 16 bit, which not every GPU can. */
export function needsHalfPrecision(format: TransformersFormat): boolean {
  return format === 'fp16' || format === 'q4f16';
}
