/** `npm run compare`: the three methods in Node over several seeds, without the page: how large is the effect, how sure? */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import type { Problem } from '../src/data/problem';
import { hashSeed } from '../src/data/random';
import { buildExamples, methodPrompt } from '../src/distill/examples';
import { Trainer } from '../src/distill/trainer';
import { readAnswerFlexible, sameAnswer } from '../src/evaluate/answer';
import { needsAnotherSample, winnow } from '../src/feedback/repair';
import { lengthBatches, sampleSeed } from '../src/rationale/sampling';
import { T5Teacher } from '../src/rationale/t5-teacher';
import type { TeacherSample, Trace } from '../src/rationale/trace';
import { plannedUpdates } from '../src/study/budget';
import { studyConfigurationSchema, type StudyConfiguration } from '../src/study/configuration';
import { PRESET_NAMES, presetConfiguration } from '../src/study/presets';
import { METHODS, type Method } from '../src/study/snapshot';
import { generateProblems } from '../src/study/stages/data';
import { teacherSample } from '../src/study/stages/rationale';
import { parseT5Configuration } from '../src/t5/configuration';
import { generate } from '../src/t5/generate';
import { T5Model } from '../src/t5/model';
import { solvePrompt } from '../src/text/prompts';
import { createTokenizer, type Tokenizer } from '../src/text/tokenizer';
import { memorySource } from '../src/weights/byte-source';
import { openCheckpoint } from '../src/weights/checkpoint';
import { startNodeBackend } from './node-backend';
import { formatScore } from './pocket/scores';

const FOLDER = 'public/models/pocket';

const { values } = parseArgs({
  options: {
    preset: { type: 'string', default: 'demo' },
    /** Seeds, separated by commas. */
    seeds: { type: 'string', default: '1' },
    /** Changes to the preset, such as `training.learningRate=0.002`; may be given several times. */
    set: { type: 'string', multiple: true, default: [] },
    /** So many wrong answers of each student are printed. */
    show: { type: 'string', default: '0' },
    methods: { type: 'string', default: METHODS.join(',') },
    teacher: { type: 'string', default: `${FOLDER}/teacher.gguf` },
    student: { type: 'string', default: `${FOLDER}/student.gguf` },
  },
});

async function loadModel(path: string): Promise<T5Model> {
  const checkpoint = await openCheckpoint(memorySource(path, await readFile(path)));
  return T5Model.load(parseT5Configuration(checkpoint.configJson), checkpoint);
}

function configured(seed: number): StudyConfiguration {
  const name = v.parse(v.picklist(PRESET_NAMES), values.preset);
  const configuration: unknown = structuredClone({ ...presetConfiguration(name), seed });
  for (const change of values.set) {
    const [path = '', value = ''] = change.split('=');
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>(
      (node, key) => Reflect.get(v.parse(v.looseObject({}), node), key),
      configuration,
    );
    if (typeof parent !== 'object' || parent === null || !Reflect.has(parent, last)) {
      throw new Error(`--set ${change}: expected the path of a setting, found none there.`);
    }
    Reflect.set(parent, last, JSON.parse(value));
  }
  return v.parse(studyConfigurationSchema, configuration);
}

async function makeTraces(
  problems: readonly Problem[],
  tokenizer: Tokenizer,
  { seed, rationale, feedback }: StudyConfiguration,
): Promise<Trace[]> {
  const model = await loadModel(values.teacher);
  const teacher = new T5Teacher('teacher', model, tokenizer);
  const samples: TeacherSample[][] = problems.map(() => []);
  const ask = async (indices: readonly number[], sample: number) => {
    const lengths = indices.map(
      (index) => tokenizer.encode(solvePrompt(problems[index]?.question ?? '')).length,
    );
    for (const batch of lengthBatches(lengths, rationale.batchSize)) {
      const chosen = batch.map((position) => indices[position] ?? 0);
      const outputs = await teacher.generate(
        chosen.map((index) => problems[index]?.question ?? ''),
        {
          temperature: sample === 0 ? 0 : rationale.temperature,
          seeds: chosen.map((index) => sampleSeed(seed, problems[index]?.id ?? '', sample)),
          maximumTokens: rationale.maximumTokens,
        },
      );
      outputs.forEach((output, position) => {
        const temperature = sample === 0 ? 0 : rationale.temperature;
        samples[chosen[position] ?? 0]?.push(teacherSample(sample, temperature, output));
      });
    }
  };
  let open = problems.map((_, index) => index);
  for (let sample = 0; sample <= rationale.resamples && open.length > 0; sample++) {
    await ask(open, sample);
    open = open.filter((index) => {
      const problem = problems[index];
      if (!problem) return false;
      const { judged } = winnow(samples[index] ?? [], problem, feedback);
      return needsAnotherSample(judged, rationale.resamples);
    });
  }
  model.dispose();
  return problems.map((problem, index) => ({
    studyId: '',
    problemId: problem.id,
    index,
    split: 'train',
    question: problem.question,
    goldRationale: problem.goldRationale,
    goldAnswer: problem.goldAnswer,
    difficulty: problem.difficulty,
    samples: samples[index] ?? [],
    ...winnow(samples[index] ?? [], problem, feedback),
  }));
}

interface Answered {
  readonly problem: Problem;
  readonly output: string;
  readonly right: boolean;
}

async function answer(
  student: T5Model,
  tokenizer: Tokenizer,
  method: Method,
  problems: readonly Problem[],
  { rationale, evaluation }: StudyConfiguration,
): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (let start = 0; start < problems.length; start += evaluation.batchSize) {
    const batch = problems.slice(start, start + evaluation.batchSize);
    const inputs = batch.map(({ question }) => tokenizer.encode(methodPrompt(method, question)));
    const { maximumTokens } = rationale;
    const outputs = await generate(student, inputs, { maximumTokens, temperature: 0 });
    batch.forEach((problem, index) => {
      const output = tokenizer.decode(outputs[index] ?? []);
      const right = sameAnswer(readAnswerFlexible(output), problem.goldAnswer);
      answered.push({ problem, output, right });
    });
  }
  return answered;
}

const countRight = (answered: readonly Answered[]): number =>
  answered.filter(({ right }) => right).length;

/** Right answers and problems for each number of steps: `2: 60/110, 3: 9/52`. */
function byDifficulty(answered: readonly Answered[]): string {
  const difficulties = [...new Set(answered.map(({ problem }) => problem.difficulty))].toSorted(
    (first, second) => first - second,
  );
  return difficulties
    .map((difficulty) => {
      const group = answered.filter(({ problem }) => problem.difficulty === difficulty);
      return `${difficulty} steps ${countRight(group)}/${group.length}`;
    })
    .join(', ');
}

async function* listed(traces: readonly Trace[]): AsyncGenerator<Trace> {
  yield* traces;
}

async function runSeed(seed: number, tokenizer: Tokenizer): Promise<void> {
  const configuration = configured(seed);
  const { training } = configuration;
  const { splits } = generateProblems(configuration);
  const trials = splits.test.length;
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  const traces = await makeTraces(splits.train, tokenizer, configuration);
  const greedyRight = traces.filter(({ samples, goldAnswer }) =>
    sameAnswer(samples[0]?.answer ?? null, goldAnswer),
  ).length;
  const gold = traces.filter(({ provenance }) => provenance === 'gold').length;
  console.log(
    `seed ${seed}: teacher right on ${greedyRight} of ${traces.length} training problems, ${gold} fell back to gold (${seconds()})`,
  );
  for (const method of METHODS.filter((name) => values.methods.split(',').includes(name))) {
    const set = await buildExamples(method, listed(traces), tokenizer, training);
    const totalUpdates = plannedUpdates(set, training);
    const student = await loadModel(values.student);
    const trainer = new Trainer(student, set.examples, {
      batchSize: training.batchSize,
      seed: hashSeed(seed, 'training'),
      totalUpdates,
      learningRate: training.learningRate,
      warmupUpdates: Math.round(totalUpdates * training.warmupShare),
      weightDecay: training.weightDecay,
      clipNorm: training.clipNorm,
    });
    while (trainer.update < totalUpdates) {
      const { loss } = await trainer.step();
      if (trainer.update % training.validateEvery !== 0) continue;
      const asked = splits.validation.slice(0, training.validationExactMatchProblems);
      const right = countRight(await answer(student, tokenizer, method, asked, configuration));
      console.log(
        `  ${method} ${trainer.update}/${totalUpdates}: loss ${loss.toFixed(3)}, validation ${right} of ${asked.length} (${seconds()})`,
      );
    }
    const answered = await answer(student, tokenizer, method, splits.test, configuration);
    const name = `${method} test`;
    const score = formatScore({ name, successes: countRight(answered), trials });
    console.log(
      `seed ${seed} ${name}: ${score} after ${totalUpdates} updates (${seconds()}); ${byDifficulty(answered)}`,
    );
    const wrong = answered.filter(({ right }) => !right).slice(0, Number(values.show));
    for (const { problem, output } of wrong) {
      console.log(`    ${problem.question}\n      gold ${problem.goldRationale}\n      ${output}`);
    }
    trainer.dispose();
    student.dispose();
  }
}

await startNodeBackend('wasm');
const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`${FOLDER}/${name}`, 'utf8'));
const tokenizer = createTokenizer(
  await readJson('tokenizer.json'),
  await readJson('tokenizer_config.json'),
);
for (const seed of values.seeds.split(',').map(Number)) await runSeed(seed, tokenizer);
