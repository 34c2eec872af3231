/** What an export consists of: files with a path, whose content is made when it is written. */

export interface ExportedFile {
  /** With `/` between folders. */
  readonly path: string;
  /** A text, or bytes in pieces that are made one after the other. */
  readonly content: string | AsyncIterable<Uint8Array>;
}

/** How a student's weights can be taken away: for PyTorch and others, or for llama.cpp. */
export const EXPORT_FORMATS = [
  'hugging-face-f32',
  'hugging-face-f16',
  'gguf-f16',
  'gguf-q8_0',
  'gguf-q4_0',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** JSON as a file of its own, for people and programs. */
export function jsonFile(path: string, value: unknown): ExportedFile {
  return { path, content: `${JSON.stringify(value, null, 2)}\n` };
}
