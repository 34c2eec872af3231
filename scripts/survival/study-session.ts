/** A study in the page of a browser that does not live long: started, taken up again, followed. */

import type { Page } from 'playwright';
import { followStudy, loadPage } from '../study-page';
import type { StudyConfiguration } from '../../src/study/configuration';
import { presetConfiguration } from '../../src/study/presets';
import { STAGE_NAMES, type StageName, type StudySnapshot } from '../../src/study/snapshot';
import { DOWNLOADED_REPOSITORY } from './slow-hub';

/** Longest time for a micro study on software, in ms. */
const STUDY_LIMIT_MS = 300_000;

export type SoftwareBackend = 'wasm' | 'webgpu';

/**
 * The studies that things happen to: on WebAssembly, on a software GPU, and on WebAssembly with a teacher that is
 * downloaded first.
 */
export type StudyKind = 'wasm' | 'webgpu' | 'download';

export const backendOf = (kind: StudyKind): SoftwareBackend =>
  kind === 'webgpu' ? 'webgpu' : 'wasm';

/**
 * Every stage in several pieces, each quick, with checkpoints and validations between them.
 *
 * @param hub address of the stand-in hub, for the study that downloads
 */
export function microConfiguration(kind: StudyKind, hub: string | null = null): StudyConfiguration {
  const smoke = presetConfiguration('smoke');
  const backend = backendOf(kind);
  // Software WebGPU takes twenty times as long.
  const problems = kind === 'wasm' ? 32 : 8;
  return {
    ...smoke,
    models: kind === 'download' ? downloadedTeacher(smoke, hub) : smoke.models,
    methods: kind === 'wasm' ? smoke.methods : ['feedback'],
    data: { ...smoke.data, trainProblems: problems },
    rationale: { ...smoke.rationale, batchSize: 4 },
    training: {
      ...smoke.training,
      targetTokens: 100_000,
      maximumUpdates: backend === 'wasm' ? 12 : 3,
      checkpointEvery: backend === 'wasm' ? 3 : 1,
      validateEvery: backend === 'wasm' ? 4 : 2,
    },
    evaluation: { ...smoke.evaluation, trainProblems: 4, batchSize: 2 },
  };
}

function downloadedTeacher(
  { models }: StudyConfiguration,
  hub: string | null,
): StudyConfiguration['models'] {
  if (hub === null) throw new Error('Expected the address of a hub for a study that downloads.');
  return {
    ...models,
    hubs: { huggingFace: hub, github: hub },
    teacher: {
      source: 'transformers',
      repository: DOWNLOADED_REPOSITORY,
      revision: 'main',
      dtype: 'fp32',
      task: 'text-generation',
    },
  };
}

/** Opens the page and starts a study; resolves with its id. */
export async function startStudy(
  page: Page,
  url: string,
  configuration: StudyConfiguration,
  backend: SoftwareBackend,
): Promise<string> {
  await open(page, url, backend);
  const studyId = await page.evaluate(
    async (chosen) => document.querySelector('winnow-app')?.service.start(chosen),
    configuration,
  );
  if (typeof studyId !== 'string') throw new Error(`The study did not start: ${await said(page)}`);
  return studyId;
}

/** Opens the page and goes on with a study, unless it is done; resolves once it runs. */
export async function resumeStudy(
  page: Page,
  url: string,
  studyId: string,
  backend: SoftwareBackend,
): Promise<StudySnapshot> {
  await open(page, url, backend);
  await page.evaluate(async (id) => {
    const service = document.querySelector('winnow-app')?.service;
    await service?.show(id);
    if (service?.shown?.status !== 'done') await service?.resume(id);
  }, studyId);
  const problem = await said(page);
  if (problem !== '') throw new Error(`The study did not go on: ${problem}`);
  return followStudy(page, () => true, Date.now() + STUDY_LIMIT_MS);
}

/** Deletes what was downloaded, so that the next study downloads it again. */
export async function forgetDownloads(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const service = document.querySelector('winnow-app')?.service;
    await service?.refresh();
    for (const { key } of service?.downloads ?? []) await service?.removeDownload(key);
  });
}

/** Deletes a study and all it holds. */
export async function deleteStudy(page: Page, studyId: string): Promise<void> {
  await page.evaluate(
    async (id) => document.querySelector('winnow-app')?.service.remove(id),
    studyId,
  );
}

/** Waits for the report. */
export function untilDone(page: Page): Promise<StudySnapshot> {
  return followStudy(page, ({ status }) => status === 'done', Date.now() + STUDY_LIMIT_MS);
}

/** Waits until the study is in a stage, or past it. */
export function untilStage(page: Page, stage: StageName): Promise<StudySnapshot> {
  return followStudy(
    page,
    ({ stages }) => stages[stage].state !== 'waiting',
    Date.now() + STUDY_LIMIT_MS,
  );
}

/** What a study is at: a download, or the stage it is in; `report` once it is done. */
export function placeOf({ stages, loaded }: StudySnapshot): StageName | 'download' {
  if (typeof loaded === 'number') return 'download';
  return STAGE_NAMES.find((name) => stages[name].state !== 'done') ?? 'report';
}

/** Destroys the GPU's device of the page's worker in the middle of its work. */
export async function destroyDevice(page: Page): Promise<void> {
  for (const worker of page.workers()) {
    await worker.evaluate(() => {
      const { prototype } = GPUDevice;
      const name = 'createCommandEncoder';
      const stock = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
      Object.defineProperty(prototype, name, {
        configurable: true,
        get(this: GPUDevice): unknown {
          Object.defineProperty(prototype, name, stock);
          this.destroy();
          return Reflect.get(this, name);
        },
      });
    });
  }
}

/** Lets an error escape in the page's worker. */
export async function crashWorker(page: Page): Promise<void> {
  for (const worker of page.workers()) {
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('Something that nobody thought of.');
      });
    });
  }
}

async function open(page: Page, url: string, backend: SoftwareBackend): Promise<void> {
  await loadPage(page, `${url}index.html`);
  await page.evaluate(
    (chosen) => document.querySelector('winnow-app')?.service.chooseBackend(chosen),
    backend,
  );
}

function said(page: Page): Promise<string> {
  return page.evaluate(() => window.winnow?.problem ?? '');
}
