/** Runs one study in headless Chromium, streams it to the terminal, and writes its report, snapshot and a screenshot. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudySnapshot } from '../src/study/snapshot';
import { ANY_WEBGPU_FLAGS, findChromium, installChromium } from './chromium';
import {
  followStudy,
  loadPage,
  openStudyPage,
  readSnapshot,
  runAddress,
  type RunRequest,
  type StudyPage,
} from './study-page';
import { ProgressPrinter, reportTable } from './study-terminal';

export interface HeadlessStudyOptions {
  /** Address of the served page, with a slash at its end. */
  readonly url: string;
  readonly run: RunRequest;
  /** Folder for `report.html`, `report.json` and `page.png`. */
  readonly out: string;
  readonly timeoutMs: number;
}

/** Time a page may take beyond the limit before its browser is closed, in ms. */
const GRACE_MS = 60_000;

/** Returns whether the study finished and nothing went wrong in the page. */
export async function runHeadlessStudy(options: HeadlessStudyOptions): Promise<boolean> {
  const executablePath = findChromium() ?? installChromium(console.log);
  const studyPage = await openStudyPage({
    url: options.url,
    executablePath,
    flags: ANY_WEBGPU_FLAGS,
  });
  // A page that no longer answers would be waited for without end.
  const guard = setTimeout(() => void studyPage.close(), options.timeoutMs + GRACE_MS);
  try {
    const finished = await follow(studyPage, options);
    await writeResults(studyPage, finished, options.out);
    for (const problem of studyPage.problems) console.error(problem);
    return finished !== null && studyPage.problems.length === 0;
  } finally {
    clearTimeout(guard);
    await studyPage.close();
  }
}

/** The finished study, or null after saying why there is none. */
async function follow(
  { page }: StudyPage,
  options: HeadlessStudyOptions,
): Promise<StudySnapshot | null> {
  const printer = new ProgressPrinter(process.stdout);
  const deadline = Date.now() + options.timeoutMs;
  let introduced = false;
  try {
    await loadPage(page, runAddress(options.url, options.run));
    const finished = await followStudy(
      page,
      (snapshot) => snapshot.status === 'done' && snapshot.report !== null,
      deadline,
      (snapshot) => {
        if (!introduced) console.log(introduction(snapshot));
        introduced = true;
        printer.show(snapshot);
      },
    );
    printer.finish();
    if (finished.report !== null) console.log(`\n${reportTable(finished.report)}`);
    return finished;
  } catch (error) {
    printer.finish();
    console.error(error instanceof Error ? error.message : error);
    return null;
  }
}

function introduction({ name, configuration, device }: StudySnapshot): string {
  return [
    `Study "${name}", preset ${configuration.preset}, seed ${String(configuration.seed)}`,
    `Device: ${device.backend}, ${device.name}. ${device.explanation}`.trimEnd(),
    '',
  ].join('\n');
}

/** Writes what there is: a failed study leaves its snapshot and screenshot, which say how far it came. */
async function writeResults(
  { page }: StudyPage,
  finished: StudySnapshot | null,
  out: string,
): Promise<void> {
  await mkdir(out, { recursive: true });
  const written: string[] = [];
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(join(out, name), content);
    written.push(join(out, name));
  };
  if (finished !== null) {
    await write(
      'report.html',
      await page.evaluate(async () => (await window.winnow?.reportHtml()) ?? ''),
    );
  }
  const snapshot = finished ?? (await readSnapshot(page).catch(() => null));
  if (snapshot !== null) await write('report.json', `${JSON.stringify(snapshot, null, 2)}\n`);
  const picture = await page.screenshot({ fullPage: true }).catch(() => null);
  if (picture !== null) await write('page.png', picture);
  if (written.length > 0) console.log(`\nWritten: ${written.join(', ')}`);
}
