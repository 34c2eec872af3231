/** Models for micro studies: a tiny random T5 as student on WebAssembly, and a scripted teacher. */

import wasmBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import type { Problem } from '../../../src/data/problem';
import { hashSeed, Random } from '../../../src/data/random';
import type { Teacher } from '../../../src/rationale/teacher';
import type { DeviceReport } from '../../../src/study/snapshot';
import type { StudyModels } from '../../../src/study/models';
import { promptsOfStyle } from '../../../src/study/prompts';
import { selectBackend } from '../../../src/tensor/backend';
import type { T5Configuration } from '../../../src/t5/configuration';
import { T5Model } from '../../../src/t5/model';
import { hintedPrompt, solvingPrompt } from '../../../src/text/prompt-template';
import { createTokenizer, type Tokenizer } from '../../../src/text/tokenizer';
import { openT5StudyModels, type T5Source } from '../../../src/worker/t5-study-models';

let tokenizer: Promise<Tokenizer> | null = null;

/** The tokenizer that ships with the page. */
async function pocketTokenizer(): Promise<Tokenizer> {
  const read = async (name: string): Promise<unknown> =>
    (await fetch(`/models/pocket/${name}`)).json();
  tokenizer ??= Promise.all([read('tokenizer.json'), read('tokenizer_config.json')]).then(
    ([file, config]) => createTokenizer(file, config),
  );
  return tokenizer;
}

const TINY: T5Configuration = {
  vocabularySize: 640,
  modelWidth: 16,
  keyValueWidth: 8,
  feedForwardWidth: 32,
  encoderLayers: 1,
  decoderLayers: 1,
  heads: 2,
  relativeBuckets: 8,
  relativeMaximumDistance: 32,
  layerNormEpsilon: 1e-6,
  padId: 0,
  endId: 1,
  decoderStartId: 0,
};

/** How a step begins that the scripted teacher finds of no help. */
export const ASIDE = 'By the way';

/** A text that begins with the steps of the prefix and goes on, in other words, with as many steps left out. */
function continued(prefix: string | undefined, text: string): string {
  if (prefix === undefined) return text;
  const given = prefix.split(' |').length - 1;
  const rest = text.split(' | ').slice(given);
  const reworded = rest.map((step) => (step.startsWith('####') ? step : `so ${step}`));
  return [prefix, reworded.join(' | ')].filter((part) => part !== '').join(' ');
}

/**
 * A teacher who knows the problems: right, with a wrong sum, with a repeated step or without an
 * answer, as the question's hash and the seed decide. Told the answer, it is right. Each step it knows makes
 * the answer half a nat a token likelier; asides, repeats and whatever it does not know an eighth less likely.
 */
export function scriptedTeacher(problems: readonly Problem[]): Teacher {
  const prompts = promptsOfStyle('trained');
  const known = new Map(
    problems.map((problem) => [solvingPrompt(prompts, problem.question), problem]),
  );
  const told = new Map(
    problems.map(({ question, goldAnswer, goldRationale }) => [
      hintedPrompt(prompts, question, goldAnswer),
      goldRationale,
    ]),
  );
  return {
    name: 'scripted teacher',
    continues: true,
    generate: async (asked, { temperature, seeds, prefixes }) =>
      asked.map((prompt, index) => {
        const problem = known.get(prompt);
        const gold = problem?.goldRationale ?? told.get(prompt) ?? 'I do not know';
        if (problem === undefined) return { text: gold, tokens: gold.length + 1 };
        const steps = gold.split(' | ');
        const kind =
          hashSeed(problem.question, temperature > 0 ? (seeds[index] ?? 0) : 'greedy') % 4;
        const texts = [
          gold,
          gold.replace(/=(\d)/, '=9$1'),
          [...steps.slice(0, 1), ...steps].join(' | '),
          steps.slice(0, -1).join(' | '),
        ];
        const text = continued(prefixes?.[index], texts[kind] ?? gold);
        return { text, tokens: text.length + 1 };
      }),
    scoreRationales: async (questions) =>
      questions.map(({ prompt, rationales }) => {
        const steps = known.get(prompt)?.goldRationale.split(' | ') ?? [];
        const helpful = new Set(steps.filter((step) => !step.startsWith(ASIDE)));
        return rationales.map(({ given, asked }) => {
          const written = (given + asked).split(' | ').slice(0, -1);
          const right = new Set(written.filter((step) => helpful.has(step))).size;
          return { logProbability: right - 0.25 * (written.length - right) - 9, tokens: 2 };
        });
      }),
  };
}

let selected: Promise<DeviceReport> | null = null;

/** Starts WebAssembly once. */
export async function wasmDevice(): Promise<DeviceReport> {
  selected ??= selectBackend('wasm', { wasmBinary });
  return selected;
}

/** Calls of the models, counted; `before` may throw or ask for a pause. */
export interface ModelCalls {
  /** @param together examples that a training step computes at a time */
  before: (name: string, together?: number) => void;
  /** Positions of training examples whose loss is not finite. */
  poisoned?: readonly number[];
}

/** Micro models whose every call is announced first. */
export async function openMicroModels(
  problems: readonly Problem[],
  calls: ModelCalls,
): Promise<StudyModels> {
  await wasmDevice();
  const start = T5Model.initialize(TINY, new Random(7));
  const values = await start.read();
  start.dispose();
  const source: T5Source = {
    configuration: TINY,
    parameters: {
      readTensor: async (name) => values.get(name)?.data ?? new Float32Array(0),
    },
  };
  const models = await openT5StudyModels('tiny', source, source, await pocketTokenizer());
  const teacher = scriptedTeacher(problems);
  return {
    tokenizer: models.tokenizer,
    studentOrigin: models.studentOrigin,
    teacher: {
      name: teacher.name,
      continues: teacher.continues,
      generate: async (prompts, options) => {
        calls.before('teacher');
        return teacher.generate(prompts, options);
      },
      scoreRationales: async (questions, batchSize) => {
        calls.before('teacher likelihoods');
        return teacher.scoreRationales?.(questions, batchSize) ?? [];
      },
    },
    softTeacher: {
      softTargets: async (texts, candidates) => {
        calls.before('soft');
        return models.softTeacher?.softTargets(texts, candidates) ?? [];
      },
    },
    loadStudent: async (snapshot, adapters) => {
      const student = await models.loadStudent(snapshot, adapters);
      return {
        generate: async (inputs, maximumTokens, writing) => {
          calls.before('generate');
          return student.generate(inputs, maximumTokens, writing);
        },
        scoreTokens: async (examples, batchSize) => {
          calls.before('score tokens');
          return student.scoreTokens(examples, batchSize);
        },
        scoreTargets: async (examples, batchSize) => {
          calls.before('score');
          return student.scoreTargets(examples, batchSize);
        },
        scoreRationales: async (questions, batchSize) => {
          calls.before('student likelihoods');
          return student.scoreRationales(questions, batchSize);
        },
        createTrainer: (examples, options) => {
          const poisoned = examples.map((example, index) =>
            calls.poisoned?.includes(index) === true
              ? { ...example, weights: example.target.map(() => Infinity) }
              : example,
          );
          const trainer = student.createTrainer(poisoned, options);
          return {
            get update() {
              return trainer.update;
            },
            step: async () => {
              calls.before('step', options.microBatchSize ?? options.batchSize);
              return trainer.step();
            },
            snapshot: async () => trainer.snapshot(),
            restore: async (bytes) => trainer.restore(bytes),
            dispose: () => trainer.dispose(),
          };
        },
        dispose: () => student.dispose(),
      };
    },
    releaseTeacher: () => models.releaseTeacher(),
    profiler: models.profiler,
    memoryBytes: () => models.memoryBytes(),
    dispose: () => models.dispose(),
  };
}
