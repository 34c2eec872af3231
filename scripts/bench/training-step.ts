/** Training steps beside stock tfjs on the same adapter in one run: time, dispatches and memory. */

import { alone, type Benchmark, type BenchmarkResult } from './benchmark';
import { countWork, withoutExecution, type RecordedWork } from './recorded-work';
import {
  estimatedProfile,
  operationsOfDispatch,
  shareOfProducts,
  timeShareOfProducts,
} from './work-share';
import { emptyPool, OURS, STOCK, useBackend } from './stock-backend';
import { profileResults, profileTraining } from './kernel-times';
import { Training, type TrainingShape } from './training';
import { describeShape, FULL, POCKET, REDUCED, WHOLE } from './training-shapes';

interface Recording extends RecordedWork {
  readonly peakBytes: number;
  /** Processor time to record and submit a step, in milliseconds: tape, kernels and Dawn, no device. */
  readonly recordingMs: number;
  /** The same for a step whose forward and backward pass are replayed; null for stock tfjs, which cannot. */
  readonly replayMs: number | null;
}

/** Median processor time of three steps, in milliseconds. */
async function medianTime(step: () => Promise<number>): Promise<number> {
  const times = [];
  for (let time = 0; time < 3; time++) {
    const start = processorMilliseconds();
    await step();
    times.push(processorMilliseconds() - start);
  }
  return median(times);
}

/** Dispatches and submissions of a step, the most memory after three and the time to record it, without computing them. */
async function record(
  backend: string,
  shape: TrainingShape,
  recomputes = false,
): Promise<Recording> {
  return withoutExecution(async () => {
    const started = await useBackend(backend);
    const { bufferManager } = started;
    emptyPool(started);
    const before = bufferManager.numBytesAllocated;
    const training = await Training.start(backend, shape, 'zero');
    await training.step({ recomputes });
    const work = await countWork(async () => {
      await training.step({ recomputes });
    });
    await training.step({ recomputes });
    const peakBytes = bufferManager.numBytesAllocated - before;
    const recordingMs = await medianTime(() => training.step({ recomputes }));
    if (backend === STOCK) {
      await training.dispose();
      return { ...work, peakBytes, recordingMs, replayMs: null };
    }
    // Recorded, watched, and replayed from then on.
    for (let time = 0; time < 3; time++) await training.step({ recomputes, replays: true });
    const replayMs = await medianTime(() => training.step({ recomputes, replays: true }));
    await training.dispose();
    return { ...work, peakBytes, recordingMs, replayMs };
  });
}

/** Processor time of all cores together: what a software adapter takes, whatever else the machine does. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Medians of interleaved steps, in milliseconds. */
async function times(
  shape: TrainingShape,
  rounds: number,
  clock: () => number,
): Promise<{ ours: number; stock: number }> {
  const trainings = {
    ours: await Training.start(OURS, shape, 'random'),
    stock: await Training.start(STOCK, shape, 'random'),
  };
  const measured = { ours: new Array<number>(), stock: new Array<number>() };
  // The first step of each compiles its kernels; ours is replayed from the third on, as in the trainer.
  for (let round = -3; round < rounds; round++) {
    const losses = [];
    for (const name of ['ours', 'stock'] as const) {
      const start = clock();
      losses.push(await trainings[name].step({ replays: name === 'ours' }));
      if (round >= 0) measured[name].push(clock() - start);
    }
    const [ours = NaN, stock = NaN] = losses;
    if (!(Math.abs(ours - stock) <= 0.01 * Math.abs(stock))) {
      throw new Error(`Expected the same loss on both backends, found ${ours} and ${stock}.`);
    }
  }
  await trainings.ours.dispose();
  await trainings.stock.dispose();
  return { ours: median(measured.ours), stock: median(measured.stock) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** What is counted without computing it, and the ratios aimed at. */
const RECORDED = [
  {
    name: `flan-t5-small of 2+2 layers, ${describeShape(FULL)}`,
    shape: FULL,
    aims: { dispatches: 5, peakBytes: 2 },
    besideStock: true,
  },
  {
    name: `flan-t5-small, ${describeShape(WHOLE)}`,
    shape: WHOLE,
    aims: { dispatches: null, peakBytes: null },
    // Stock tfjs takes 16 GB of memory for it.
    besideStock: false,
  },
] as const;

const bytesOf = ({ dispatches }: RecordedWork): number =>
  dispatches.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * @param software whether the adapter is software: it gets fewer rows to compute, and the full shape is
 *   still recorded and counted
 * @param short whether counting is enough
 */
export function trainingStepBenchmark({
  software,
  short,
}: {
  readonly software: boolean;
  readonly short: boolean;
}): Benchmark {
  return {
    name: 'training step',
    async run() {
      const results: BenchmarkResult[] = [];
      const add = (
        name: string,
        unit: string,
        ours: number,
        stock: number | null,
        aim: number | null,
      ) => {
        results.push({ name, unit, ours, stock, ratio: stock === null ? null : stock / ours, aim });
      };
      for (const { name, shape, aims, besideStock } of RECORDED) {
        const ours = await record(OURS, shape);
        const stock = besideStock ? await record(STOCK, shape) : null;
        const recomputing = await record(OURS, shape, true);
        const { dispatches, replayMs } = ours;
        const estimated = estimatedProfile(dispatches);
        const stockCount = stock?.dispatches.length ?? null;
        const stockPeak = stock?.peakBytes ?? null;
        const stockMs = stock?.recordingMs ?? null;
        const stockBytes = stock === null ? null : bytesOf(stock);
        add(`${name}: dispatches a step`, '', dispatches.length, stockCount, aims.dispatches);
        add(`${name}: submissions a step`, '', ours.submits, stock?.submits ?? null, null);
        add(`${name}: bytes read and written`, 'bytes', bytesOf(ours), stockBytes, null);
        add(`${name}: peak memory`, 'bytes', ours.peakBytes, stockPeak, aims.peakBytes);
        const recomputed = recomputing.peakBytes;
        add(`${name}: peak memory, blocks computed again`, 'bytes', recomputed, stockPeak, null);
        add(`${name}: time to record a step`, 'ms', ours.recordingMs, stockMs, null);
        if (replayMs !== null) {
          add(`${name}: time to replay a step`, 'ms', replayMs, stockMs, null);
        }
        const operations = dispatches.reduce(
          (sum, dispatch) => sum + operationsOfDispatch(dispatch),
          0,
        );
        results.push(
          { name: `${name}: operations`, unit: 'GFLOP', ours: operations / 1e9, ...alone },
          {
            name: `${name}: share of operations in products`,
            unit: '%',
            ours: 100 * shareOfProducts(dispatches),
            ...alone,
          },
          {
            name: `${name}: share of time in products, estimated for 10 TFLOP/s and 300 GB/s`,
            unit: '%',
            ours: 100 * timeShareOfProducts(estimated),
            ...alone,
          },
          ...profileResults(`${name}: estimated`, estimated, 1),
        );
      }
      if (short) return results;
      const shape = software ? REDUCED : FULL;
      const clock = software ? processorMilliseconds : () => performance.now();
      const step = await times(shape, software ? 3 : 7, clock);
      const timed = `flan-t5-small of 2+2 layers, ${describeShape(shape)}`;
      add(`${timed}: time of a step`, 'ms', step.ours, step.stock, 2.5);
      const steps = 3;
      const kernels = await profileTraining(shape, steps);
      if (kernels === null) {
        console.log('This adapter offers no timestamps: no time is measured kernel by kernel.');
      } else {
        results.push({
          name: `${timed}: share of measured time in products`,
          unit: '%',
          ours: 100 * timeShareOfProducts(kernels),
          ...alone,
        });
        results.push(...profileResults(timed, kernels, steps));
      }
      const pocket = await times(POCKET, software ? 3 : 15, clock);
      results.push({
        name: 'pocket student: training steps a second',
        unit: 'steps/s',
        ours: 1000 / pocket.ours,
        stock: 1000 / pocket.stock,
        ratio: pocket.stock / pocket.ours,
        aim: null,
      });
      return results;
    },
  };
}
