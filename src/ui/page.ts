/** Puts the page together: the service, the address, the wake lock, the runner's contract and the root element. */

import { createWorker, type WorkerClient, type WorkerPort } from '../worker/client';
import { formatAddress, parseAddress, type Address } from './address';
import { exposeAutomation } from './automation';
import { CompletionNotice } from './completion-notice';
import { AppElement } from './elements/app';
import { chosenConfiguration } from './preset-choices';
import { StudyRecovery } from './study-recovery';
import { StudyService } from './study-service';
import { documentStyles, tokens } from './styles/tokens';
import { StudyWakeLock } from './wake-lock';

function adoptDocumentStyles(): void {
  const sheets = [tokens, documentStyles].flatMap((styles) => styles.styleSheet ?? []);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...sheets];
}

/** Goes on with an unfinished study of the same preset, seed and backend, or starts one. */
async function runAtOnce(
  service: StudyService,
  address: Extract<Address, { kind: 'run' }>,
): Promise<void> {
  const configuration = chosenConfiguration(address.preset, address.seed);
  for (const study of service.unfinished) {
    if (study.preset !== configuration.preset) continue;
    const stored = await service.client.request('readSnapshot', { studyId: study.studyId });
    const matches =
      stored?.status !== 'running' &&
      stored?.configuration.seed === configuration.seed &&
      stored.configuration.data.source === configuration.data.source &&
      JSON.stringify(stored.configuration.models) === JSON.stringify(configuration.models) &&
      stored.device.backend === service.device?.backend;
    if (!matches) continue;
    await service.resume(study.studyId);
    return;
  }
  await service.start(configuration);
}

/**
 * Mounts the whole page on `<winnow-app>`, talking to the worker behind `client`.
 *
 * @param startWorker starts the one that replaces a worker whose GPU went away
 */
export async function mountPage(
  client: WorkerClient,
  startWorker: () => WorkerPort = createWorker,
): Promise<void> {
  adoptDocumentStyles();
  const service = new StudyService(client, new StudyRecovery(client, startWorker));
  const wakeLock = new StudyWakeLock();
  const notice = new CompletionNotice();
  const automation = exposeAutomation(async (snapshot) => {
    const { reportDocument } = await import('./report/report-document');
    return reportDocument(snapshot);
  });
  service.subscribe(() => {
    automation.snapshot = (service.isRunning ? service.live : service.shown) ?? service.live;
    automation.problem = service.problem;
    wakeLock.hold(service.isRunning);
    notice.follow(service.live);
  });

  const app = new AppElement();
  app.service = service;
  const opened = parseAddress(window.location.hash);
  app.address = opened;
  document.body.prepend(app);

  const follow = async () => {
    const address = parseAddress(window.location.hash);
    app.address = address;
    if (address.kind === 'home' || address.kind === 'setup') service.hide();
    if (address.kind === 'study' || address.kind === 'trace') await service.show(address.studyId);
    if (address.kind === 'run') await startFrom(address);
  };
  const startFrom = async (address: Extract<Address, { kind: 'run' }>) => {
    try {
      await runAtOnce(service, address);
    } catch (error) {
      service.reportProblem(error);
    }
  };
  window.addEventListener('hashchange', () => void follow());

  await service.open(opened.kind === 'run' ? opened.backend : 'auto');
  automation.ready = true;
  await follow();

  // A finished run keeps its address as a study, so that a reload shows it instead of starting another.
  service.subscribe(() => {
    if (parseAddress(window.location.hash).kind !== 'run') return;
    if (service.shown?.status !== 'done') return;
    const address: Address = { kind: 'study', studyId: service.shown.studyId, view: 'overview' };
    window.history.replaceState(null, '', formatAddress(address));
    app.address = address;
  });
}
