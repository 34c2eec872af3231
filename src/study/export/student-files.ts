/** A trained student as the files that others read: a Hugging Face folder, or one GGUF file for llama.cpp. */

import { parseWith, tokenizerFileSchema } from '../../text/tokenizer-file';
import { t5ConfigurationJson, type T5Configuration } from '../../t5/configuration';
import { safetensorsStream } from '../../weights/safetensors-writer';
import { t5GgufStream, t5TensorTypes } from '../../weights/t5-gguf-writer';
import type { TokenizerFiles } from '../../text/tokenizer';
import { jsonFile, type ExportedFile, type ExportFormat } from './exported-file';
import { t5TokenizerMetadata } from './gguf-tokenizer';
import type { TrainedWeight } from './trained-weights';

export interface StudentToExport {
  /** For file names and headers: short, in lower case. */
  readonly name: string;
  readonly configuration: T5Configuration;
  readonly tokenizer: TokenizerFiles;
  readonly weights: readonly TrainedWeight[];
  /** Markdown, with the front matter that the hub reads. */
  readonly modelCard: string;
  /** Most tokens it should be asked to write. */
  readonly maximumTokens: number;
}

/** The files of a student in a format, the small ones first. */
export function studentFiles(student: StudentToExport, format: ExportFormat): ExportedFile[] {
  switch (format) {
    case 'hugging-face-f32':
      return huggingFaceFolder(student, 'F32');
    case 'hugging-face-f16':
      return huggingFaceFolder(student, 'F16');
    case 'gguf-f16':
      return [ggufFile(student, 'F16')];
    case 'gguf-q8_0':
      return [ggufFile(student, 'Q8_0')];
    case 'gguf-q4_0':
      return [ggufFile(student, 'Q4_0')];
    default:
      return format satisfies never;
  }
}

/**
 * A folder that `transformers` opens with `AutoModelForSeq2SeqLM.from_pretrained`: weights under the names of its
 * T5, which shares one embedding between encoder and decoder.
 */
function huggingFaceFolder(student: StudentToExport, type: 'F32' | 'F16'): ExportedFile[] {
  const { configuration, tokenizer, weights, modelCard, maximumTokens } = student;
  const { padId, endId, decoderStartId } = configuration;
  const weightsFile = safetensorsStream(
    weights.map((weight) => ({ ...weight, type })),
    { format: 'pt' },
  );
  return [
    { path: 'README.md', content: modelCard },
    jsonFile('config.json', {
      ...t5ConfigurationJson(configuration),
      torch_dtype: type === 'F32' ? 'float32' : 'float16',
    }),
    jsonFile('generation_config.json', {
      decoder_start_token_id: decoderStartId,
      eos_token_id: endId,
      pad_token_id: padId,
      max_new_tokens: maximumTokens,
    }),
    jsonFile('tokenizer.json', tokenizer.tokenizer),
    jsonFile('tokenizer_config.json', tokenizer.configuration),
    { path: 'model.safetensors', content: weightsFile },
  ];
}

function ggufFile(student: StudentToExport, type: 'F16' | 'Q8_0' | 'Q4_0'): ExportedFile {
  const { name, configuration, tokenizer, weights } = student;
  const { vocabularySize } = configuration;
  const file = parseWith(tokenizerFileSchema, tokenizer.tokenizer, 'tokenizer.json');
  const { metadata, lost } = t5TokenizerMetadata(file, vocabularySize);
  const description = `Student of a distillation in Winnow.${lost.length === 0 ? '' : ` Its tokenizer also did what GGUF has no place for; do it to every text first: ${lost.join('; ')}.`}`;
  return {
    path: `${name}-${type.toLowerCase()}.gguf`,
    content: t5GgufStream({
      modelName: name,
      configJson: t5ConfigurationJson(configuration),
      tensors: weights,
      types: t5TensorTypes(type),
      metadata: [['general.description', { type: 'string', value: description }], ...metadata],
    }),
  };
}
