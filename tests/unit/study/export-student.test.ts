/** Exported students: what another reader finds is the student that was trained, bit for bit where nothing is rounded. */

import { beforeAll, describe, expect, test } from 'vitest';
import { startNodeBackend } from '../../../scripts/node-backend';
import { openModelFolder } from '../../../scripts/study/pocket-models';
import type { TrainingExample } from '../../../src/distill/trainer';
import type { ExportedFile, ExportFormat } from '../../../src/study/export/exported-file';
import { modelCard } from '../../../src/study/export/model-card';
import { studentFiles } from '../../../src/study/export/student-files';
import { trainedWeights } from '../../../src/study/export/trained-weights';
import { trainingRecipe } from '../../../src/study/export/training-recipe';
import type { Student, StudyModels } from '../../../src/study/models';
import type { LoraSettings } from '../../../src/t5/lora';
import { answerPrompt, solvePrompt } from '../../../src/text/prompts';
import { createTokenizer } from '../../../src/text/tokenizer';
import { memorySource } from '../../../src/weights/byte-source';
import { openCheckpoint } from '../../../src/weights/checkpoint';
import { openGguf } from '../../../src/weights/gguf-reader';
import { safetensorsStream } from '../../../src/weights/safetensors-writer';
import { checkpointSource, openT5StudyModels } from '../../../src/worker/t5-study-models';
import { fixtureSnapshot } from '../../browser/ui/fixture-study';
import { OPTIONS } from '../distill/training-setup';

const LORA: LoraSettings = { rank: 2, alpha: 8, layers: 'all' };
const TEXTS = [
  ['Ann has 3 apples and buys 5 more. How many has she?', '[3+5=8] | #### 8'],
  ['Tom had 9 coins and lost 4. How many are left?', 'he has [9-4=5] coins | #### 5'],
] as const;

let models: StudyModels;
let examples: TrainingExample[];

beforeAll(async () => {
  await startNodeBackend('wasm');
  models = await openModelFolder('public/models/pocket');
  const { tokenizer } = models;
  examples = TEXTS.map(([question, target]) => ({
    input: tokenizer.encode(solvePrompt(question)),
    target: tokenizer.encode(target),
  }));
});

/** A student after two updates, and its checkpoint. */
async function trained(lora: LoraSettings | null) {
  const student = await models.loadStudent(null, lora && { settings: lora, seed: 3 });
  const trainer = student.createTrainer(examples, { ...OPTIONS, batchSize: 2 });
  while (trainer.update < 4) await trainer.step();
  const checkpoint = await trainer.snapshot();
  trainer.dispose();
  return { student, checkpoint };
}

async function bytesOf({ content }: ExportedFile): Promise<Uint8Array> {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  // A piece may be a view of what the next one overwrites.
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

/** The exported files by path. */
async function exported(
  checkpoint: Uint8Array,
  lora: LoraSettings | null,
  format: ExportFormat,
): Promise<Map<string, Uint8Array>> {
  const { studentOrigin, tokenizer } = models;
  const files = studentFiles(
    {
      name: 'winnow-test',
      configuration: studentOrigin.configuration,
      tokenizer: tokenizer.files,
      weights: await trainedWeights(studentOrigin, checkpoint, lora),
      modelCard: '# card',
      maximumTokens: 64,
    },
    format,
  );
  const entries = new Map<string, Uint8Array>();
  for (const file of files) entries.set(file.path, await bytesOf(file));
  return entries;
}

const json = (bytes: Uint8Array | undefined): unknown =>
  JSON.parse(new TextDecoder().decode(bytes));

/** The student that somebody finds who opens a file as a model of their own. */
async function opened(weights: Uint8Array, configJson?: unknown): Promise<Student> {
  const source = checkpointSource(
    await openCheckpoint(memorySource('exported', weights), configJson),
  );
  const others = await openT5StudyModels('none', source, source, models.tokenizer);
  return others.loadStudent(null, null);
}

async function answersOf(student: Student) {
  const inputs = examples.map(({ input }) => input);
  return {
    written: await student.generate(inputs, 12),
    scores: await student.scoreTargets(examples, 2),
  };
}

describe('a Hugging Face folder', () => {
  test('in 32 bit opens again as the same student, bit for bit', async () => {
    const { student, checkpoint } = await trained(null);
    const folder = await exported(checkpoint, null, 'hugging-face-f32');
    expect([...folder.keys()]).toEqual([
      'README.md',
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'model.safetensors',
    ]);
    const weights = folder.get('model.safetensors') ?? new Uint8Array();
    const again = await opened(weights, json(folder.get('config.json')));
    expect(await answersOf(again)).toEqual(await answersOf(student));
    const untrained = await models.loadStudent(null, null);
    expect(await answersOf(untrained)).not.toEqual(await answersOf(student));
    const tokenizer = createTokenizer(
      json(folder.get('tokenizer.json')),
      json(folder.get('tokenizer_config.json')),
    );
    expect(tokenizer.encode(TEXTS[0][1])).toEqual(models.tokenizer.encode(TEXTS[0][1]));
    expect(json(folder.get('config.json'))).toMatchObject({
      architectures: ['T5ForConditionalGeneration'],
      model_type: 't5',
      feed_forward_proj: 'gated-gelu',
      tie_word_embeddings: false,
      torch_dtype: 'float32',
    });
    for (const each of [student, again, untrained]) each.dispose();
  });

  test('in 16 bit is half as large and rounds every weight once', async () => {
    const { student, checkpoint } = await trained(null);
    student.dispose();
    const whole = (await exported(checkpoint, null, 'hugging-face-f32')).get('model.safetensors');
    const half = (await exported(checkpoint, null, 'hugging-face-f16')).get('model.safetensors');
    expect((half?.length ?? 0) / (whole?.length ?? 1)).toBeCloseTo(0.5, 1);
    const exact = await openCheckpoint(memorySource('f32', whole ?? new Uint8Array()), {});
    const rounded = await openCheckpoint(memorySource('f16', half ?? new Uint8Array()), {});
    expect(rounded.names).toEqual(exact.names);
    for (const name of exact.names) {
      expect(rounded.shape(name)).toEqual(exact.shape(name));
      const values = await rounded.readTensor(name);
      const expected = await exact.readTensor(name);
      // Half precision has eleven bits, and units of 2^-24 near zero.
      const apart = values.findIndex(
        (value, index) =>
          Math.abs(value - (expected[index] ?? NaN)) >
          Math.max(2 ** -25, Math.abs(value) * 2 ** -11),
      );
      expect(apart, name).toBe(-1);
    }
  });

  test('refuses what 16 bits cannot hold, and names it', async () => {
    const stream = safetensorsStream(
      [{ name: 'wo', shape: [2], type: 'F16', read: async () => Float32Array.of(1, 70_000) }],
      {},
    );
    await expect(bytesOf({ path: '', content: stream })).rejects.toThrow(
      /tensor wo: value 1 is 70000, .* as F32/,
    );
  });

  test('merges adapters into the weights', async () => {
    const { student, checkpoint } = await trained(LORA);
    const folder = await exported(checkpoint, LORA, 'hugging-face-f32');
    const merged = await opened(
      folder.get('model.safetensors') ?? new Uint8Array(),
      json(folder.get('config.json')),
    );
    const expected = await answersOf(student);
    const found = await answersOf(merged);
    expect(found.written).toEqual(expected.written);
    found.scores.forEach(({ logProbability }, index) => {
      expect(logProbability).toBeCloseTo(expected.scores[index]?.logProbability ?? NaN, 3);
    });
    const untrained = await models.loadStudent(null, null);
    const [before] = (await answersOf(untrained)).scores;
    expect(
      Math.abs((before?.logProbability ?? 0) - (found.scores[0]?.logProbability ?? 0)),
    ).toBeGreaterThan(0.1);
    for (const each of [student, merged, untrained]) each.dispose();
  });

  test('refuses a checkpoint of other adapters', async () => {
    const { student, checkpoint } = await trained(LORA);
    student.dispose();
    const other = { ...LORA, rank: 4 };
    await expect(exported(checkpoint, other, 'hugging-face-f32')).rejects.toThrow(
      /expected .*lora_A.weight of shape \[4, 80\] in the checkpoint, found \[2, 80\]/,
    );
    await expect(exported(checkpoint, null, 'hugging-face-f32')).rejects.toThrow(/found none/);
  });
});

/** llama.cpp's names of a T5's tensors, in blocks of both stacks. */
const GGUF_NAMES = [
  /^token_embd\.weight$/,
  /^output\.weight$/,
  /^(enc|dec)\.output_norm\.weight$/,
  /^enc\.blk\.[01]\.(attn_(q|k|v|o|norm)|ffn_(gate|up|down|norm))\.weight$/,
  /^dec\.blk\.[01]\.(attn_(q|k|v|o|norm)|cross_attn_(q|k|v|o|norm)|ffn_(gate|up|down|norm))\.weight$/,
  /^(enc|dec)\.blk\.0\.attn_rel_b\.weight$/,
];

describe('GGUF', () => {
  test.each(['gguf-f16', 'gguf-q8_0', 'gguf-q4_0'] as const)(
    '%s has llama.cpp’s names, shapes and metadata, the tokenizer among them',
    async (format) => {
      const { student, checkpoint } = await trained(null);
      const [[path, bytes] = ['', new Uint8Array()]] = await exported(checkpoint, null, format);
      expect(path).toBe(`winnow-test-${format.slice(5)}.gguf`);
      const gguf = await openGguf(memorySource(path, bytes));
      const { configuration } = models.studentOrigin;
      for (const { name } of gguf.tensors) {
        expect(
          GGUF_NAMES.some((pattern) => pattern.test(name)),
          name,
        ).toBe(true);
      }
      // Nine tensors an encoder block, fourteen a decoder block; position tables, norms, both vocabulary matrices.
      expect(gguf.tensors).toHaveLength(2 * 9 + 2 * 14 + 2 + 2 + 2);
      const shapeOf = (name: string) => gguf.tensors.find((entry) => entry.name === name)?.shape;
      expect(shapeOf('token_embd.weight')).toEqual([configuration.vocabularySize, 80]);
      expect(shapeOf('enc.blk.1.ffn_gate.weight')).toEqual([224, 80]);
      expect(shapeOf('dec.blk.0.cross_attn_k.weight')).toEqual([80, 80]);
      const value = (key: string) => {
        const found = gguf.metadata.get(key);
        return found?.type === 'array' ? found.values : found?.value;
      };
      expect(value('general.architecture')).toBe('t5');
      expect(value('t5.block_count')).toBe(2);
      expect(value('t5.decoder_block_count')).toBe(2);
      expect(value('tokenizer.ggml.model')).toBe('t5');
      expect(value('tokenizer.ggml.add_eos_token')).toBe(true);
      // The pocket tokenizer's own replacements have no place in the format, which the file says.
      expect(value('general.description')).toMatch(/Unicode normalisation NFKD; "’" becomes "'"/);
      const tokens = value('tokenizer.ggml.tokens');
      expect(tokens).toHaveLength(configuration.vocabularySize);
      expect(value('tokenizer.ggml.scores')).toHaveLength(configuration.vocabularySize);
      expect(Array.isArray(tokens) ? tokens.slice(0, 3) : []).toEqual(['<pad>', '</s>', '<unk>']);
      const kinds = value('tokenizer.ggml.token_type');
      expect(kinds instanceof Int32Array && kinds.slice(0, 4)).toEqual(Int32Array.of(3, 3, 2, 1));
      const again = await opened(bytes);
      const scores = await again.scoreTargets(examples, 2);
      const expected = await student.scoreTargets(examples, 2);
      const tolerance = { 'gguf-f16': 0.05, 'gguf-q8_0': 1, 'gguf-q4_0': 10 }[format];
      scores.forEach(({ logProbability }, index) => {
        const apart = Math.abs(logProbability - (expected[index]?.logProbability ?? NaN));
        expect(apart).toBeLessThan(tolerance);
      });
      again.dispose();
      student.dispose();
    },
  );
});

describe('what comes with it', () => {
  test('a model card with the study’s own figures, in which no name can break the table', () => {
    const study = fixtureSnapshot('end');
    const [run] = study.runs;
    const report = study.report?.methods.find(({ runId }) => runId === run?.runId);
    if (run === undefined || report === undefined) throw new Error('Expected a run with a report.');
    const card = modelCard({ ...study, name: 'a|b\n<script>' }, run);
    expect(card).toContain('a&#124;b &#60;script&#62;');
    expect(card).not.toContain('<script>');
    expect(card).toContain('license: mit');
    expect(card).toContain(`value: ${report.splits.test.exactMatch.value.toFixed(4)}`);
    expect(card).toContain(`${(100 * report.splits.test.exactMatch.value).toFixed(1)} % [`);
    expect(card).toContain(answerPrompt('Ann has 3 apples'));
  });

  test('a recipe whose examples are those that were trained on', async () => {
    const study = fixtureSnapshot('end');
    const [run] = study.runs;
    if (run === undefined) throw new Error('Expected a run.');
    const set = {
      examples,
      problemIds: ['a', 'b'],
      origins: [],
      leftOut: {},
      damaged: [],
      targetTokens: 1,
      inputTokens: 1,
    };
    const files = trainingRecipe(study.configuration, run, set, models.tokenizer);
    expect(files.map(({ path }) => path)).toEqual([
      'training/recipe.json',
      'training/train.jsonl',
      'training/train.py',
    ]);
    const [recipe, lines] = await Promise.all(files.map(bytesOf));
    expect(json(recipe)).toMatchObject({ max_steps: run.totalUpdates, lora: null });
    const rows = new TextDecoder()
      .decode(lines)
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rows).toEqual(
      TEXTS.map(([question, target]) => ({ input: solvePrompt(question), target })),
    );
  });
});
