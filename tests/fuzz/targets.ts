/** Every parser of files and texts from outside, with small valid files for each. */

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inspectProblemFiles } from '../../src/data/file-inspection';
import { parseGsm8k } from '../../src/data/gsm8k';
import { judgeRationale } from '../../src/feedback/judge';
import { studyConfigurationSchema } from '../../src/study/configuration';
import { checkArchive } from '../../src/study/archive/check-archive';
import { StudyArchive } from '../../src/study/archive/open-archive';
import { PRESET_NAMES, presetConfiguration } from '../../src/study/presets';
import { parseT5Configuration } from '../../src/t5/configuration';
import { instructionRationale } from '../../src/text/instruction-rationale';
import { parseJsonFile } from '../../src/text/json-file';
import { createTokenizer, type Tokenizer } from '../../src/text/tokenizer';
import { parseAddress } from '../../src/ui/address';
import { memorySource } from '../../src/weights/byte-source';
import { openCheckpoint } from '../../src/weights/checkpoint';
import { openGguf } from '../../src/weights/gguf-reader';
import { openSafetensors } from '../../src/weights/safetensors-reader';
import { encodeSafetensors } from '../../src/weights/safetensors-writer';
import { encodeT5Gguf, t5TensorTypes } from '../../src/weights/t5-gguf-writer';
import { WeightFileError } from '../../src/weights/weight-file-error';
import { SMALL_CONFIG, smallTokenizerJson } from '../unit/text/small-tokenizer';
import { TINY_CONFIG_JSON, fixturePath, tinyT5Tensors } from '../unit/weights/weight-fixtures';
import { mutateJson } from './json-mutation';
import { studyArchiveFile } from './study-archive';
import { isPlainRefusal, jsonFile, textFile, type FuzzFile, type FuzzTarget } from './target';

const decoder = new TextDecoder();

/** With the place in the file, which a hexadecimal editor shows. */
const isWeightRefusal = (error: unknown): boolean =>
  error instanceof WeightFileError &&
  error.message === `mutant, byte ${error.byteOffset}: ${error.rule}` &&
  error.message.length <= 2_000 &&
  Number.isSafeInteger(error.byteOffset) &&
  error.byteOffset >= 0;

const tensors = tinyT5Tensors();
const gguf = encodeT5Gguf({
  modelName: 'tiny',
  configJson: TINY_CONFIG_JSON,
  tensors,
  types: t5TensorTypes('Q8_0', 'Q4_0'),
});
const safetensors = encodeSafetensors(tensors, { format: 'pt' });

/** Safetensors: a length, a JSON header, and the data. */
const safetensorsHeaderEnd = 8 + Number(new DataView(safetensors.buffer).getBigUint64(0, true));
const safetensorsHeader = v.parse(
  v.record(v.string(), v.unknown()),
  JSON.parse(decoder.decode(safetensors.subarray(8, safetensorsHeaderEnd))),
);
const safetensorsFile: FuzzFile = {
  bytes: safetensors,
  headerBytes: safetensorsHeaderEnd,
  mutateStructure(random) {
    const header = Buffer.from(JSON.stringify(mutateJson(safetensorsHeader, random)));
    const length = Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer);
    return new Uint8Array(
      Buffer.concat([length, header, safetensors.subarray(safetensorsHeaderEnd)]),
    );
  },
};

const WEIGHT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'gguf',
    files: ['every-value-type-v2.gguf', 'every-value-type-v3.gguf'].map((name) => ({
      bytes: new Uint8Array(readFileSync(fixturePath(name))),
      headerBytes: 1_150,
    })),
    refuses: true,
    isRefusal: isWeightRefusal,
    // A block of 18 bytes becomes 32 floats of 4 bytes, and is held beside them.
    memoryMultiple: 64,
    async read(bytes) {
      const file = await openGguf(memorySource('mutant', bytes));
      for (const { name } of file.tensors) await file.readTensor(name);
    },
  },
  {
    name: 'safetensors',
    files: [safetensorsFile],
    refuses: true,
    isRefusal: isWeightRefusal,
    memoryMultiple: 64,
    async read(bytes) {
      const file = await openSafetensors(memorySource('mutant', bytes));
      for (const { name } of file.tensors) await file.readTensor(name);
    },
  },
  {
    name: 'checkpoint',
    files: [{ bytes: gguf, headerBytes: 3_900 }, safetensorsFile],
    refuses: true,
    isRefusal: isWeightRefusal,
    memoryMultiple: 64,
    async read(bytes) {
      const checkpoint = await openCheckpoint(memorySource('mutant', bytes));
      for (const name of checkpoint.names) await checkpoint.readTensor(name);
    },
  },
];

function parsed(bytes: Uint8Array): unknown {
  return parseJsonFile(decoder.decode(bytes), 'mutant.json', 'Take another one.');
}

const JSON_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'tokenizer',
    files: [jsonFile(smallTokenizerJson())],
    refuses: true,
    isRefusal: isPlainRefusal,
    memoryMultiple: 4_096,
    read(bytes) {
      const tokenizer = createTokenizer(parsed(bytes), SMALL_CONFIG);
      tokenizer.decode(tokenizer.encode('a bc [1+2=3] 3 | #### 3 <b>'));
    },
  },
  {
    name: 't5-configuration',
    files: [jsonFile(TINY_CONFIG_JSON)],
    refuses: true,
    isRefusal: isPlainRefusal,
    memoryMultiple: 256,
    read(bytes) {
      parseT5Configuration(parsed(bytes));
    },
  },
  {
    name: 'study-configuration',
    files: PRESET_NAMES.map((name) => jsonFile(presetConfiguration(name))),
    refuses: true,
    isRefusal: (error) => v.isValiError(error) || isPlainRefusal(error),
    memoryMultiple: 256,
    read(bytes) {
      v.parse(studyConfigurationSchema, parsed(bytes));
    },
  },
];

const GSM8K_LINE = JSON.stringify({
  question: 'Natalia sold 48 clips in April and half as many in May. How many clips altogether?',
  answer:
    'Natalia sold 48/2 = <<48/2=24>>24 clips in May.\nAltogether she sold 48+24 = <<48+24=72>>72 clips.\n#### 72',
});
const CSV_TABLE =
  'question,answer,rationale\n"How much is 2, and 3 more?",5,"2 and 3 are [2+3=5] 5"\r\nHalf of 8?;4;4,4,\n"a ""quoted"" word, 7 of them",7,\n';

const DATA_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'json-lines',
    files: [textFile(`${GSM8K_LINE}\n\n${GSM8K_LINE.replaceAll('48', '50')}\n`)],
    refuses: true,
    isRefusal: isPlainRefusal,
    memoryMultiple: 1_024,
    read(bytes) {
      inspectProblemFiles([{ name: 'mutant.jsonl', text: decoder.decode(bytes) }]);
    },
  },
  {
    name: 'csv',
    files: [textFile(CSV_TABLE), textFile(CSV_TABLE.replaceAll(',', ';'))],
    refuses: true,
    isRefusal: isPlainRefusal,
    memoryMultiple: 1_024,
    read(bytes) {
      inspectProblemFiles([{ name: 'mutant.csv', text: decoder.decode(bytes) }]);
    },
  },
  {
    name: 'gsm8k',
    files: [textFile(`${GSM8K_LINE}\n${GSM8K_LINE.replaceAll('48', '50')}\n`)],
    refuses: true,
    isRefusal: isPlainRefusal,
    memoryMultiple: 1_024,
    read(bytes) {
      parseGsm8k(decoder.decode(bytes), 'train');
    },
  },
];

const RATIONALE =
  'Natalia sold [48/2=24] 24 clips in May | altogether [48+24=72] 72 clips, 50% of $1,000 | #### 72';
const QUESTION =
  'Natalia sold 48 clips in April, and then half as many in May. How many clips in all?';

let smallTokenizer: Tokenizer | null = null;

const STUDY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'study-archive',
    files: [await studyArchiveFile()],
    refuses: true,
    isRefusal: isPlainRefusal,
    // It is compressed, hashed and read through streams.
    everydayMutants: 300,
    memoryMultiple: 4_096,
    async read(bytes) {
      await checkArchive(await StudyArchive.open(memorySource('mutant', bytes)));
    },
  },
];

/** Texts: a model or a visitor may write anything, so these refuse nothing and never throw. */
const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'rationale',
    files: [textFile(RATIONALE)],
    refuses: false,
    isRefusal: () => false,
    memoryMultiple: 8_192,
    read(bytes) {
      const text = decoder.decode(bytes);
      const context = { question: QUESTION, goldRationale: RATIONALE, goldAnswer: '72' };
      // Judging takes longer than reading, so each is judged once: as a rationale, or as what another model wrote
      // about a question of the same kind.
      if (bytes.length % 2 === 0) judgeRationale(text, context);
      else judgeRationale(instructionRationale(text), { ...context, question: text });
    },
  },
  {
    name: 'tokenizer-text',
    files: [textFile(RATIONALE), textFile('\u202Ea\u200Bb \uD83D\uDE00 \u00BD \u0661')],
    refuses: false,
    isRefusal: () => false,
    memoryMultiple: 4_096,
    read(bytes) {
      smallTokenizer ??= createTokenizer(smallTokenizerJson(), SMALL_CONFIG);
      smallTokenizer.decode(smallTokenizer.encode(decoder.decode(bytes)));
    },
  },
  {
    name: 'address',
    files: [
      textFile('#study=s-1&view=traces'),
      textFile('#study=s-1&trace=p-1'),
      textFile('#run=demo&backend=wasm&seed=1'),
    ],
    refuses: false,
    isRefusal: () => false,
    memoryMultiple: 256,
    read(bytes) {
      parseAddress(decoder.decode(bytes));
    },
  },
];

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...WEIGHT_TARGETS,
  ...JSON_TARGETS,
  ...DATA_TARGETS,
  ...STUDY_TARGETS,
  ...TEXT_TARGETS,
];
