/** Tells a visitor who looks elsewhere how the study does: in the title of the tab, and at its end by a notification where that was wanted. */

import { STAGE_NAMES, type StudySnapshot } from '../study/snapshot';
import { STAGE_WORDING, STATUS_LABELS } from './wording';

const NAME = 'Winnow';
/** Where the wish is kept: it is this browser's, and no study's. */
const KEY = 'winnow-notify';

/** Whether notifications exist here at all. */
export function canNotify(): boolean {
  return 'Notification' in window && Notification.permission !== 'denied';
}

/** Whether the visitor wants to be notified, and the browser allows it. */
export function wantsNotice(): boolean {
  return (
    canNotify() && Notification.permission === 'granted' && localStorage.getItem(KEY) === 'yes'
  );
}

/** Switches notifications on, for which the browser asks the visitor, or off; resolves with what is so then. */
export async function wantNotice(wanted: boolean): Promise<boolean> {
  if (wanted && Notification.permission === 'default') await Notification.requestPermission();
  localStorage.setItem(KEY, wanted ? 'yes' : 'no');
  return wantsNotice();
}

/** The title of the tab while a study runs or has ended: short, the number first. */
export function noticeTitle(study: StudySnapshot | null): string {
  if (study === null || study.status === 'idle') return NAME;
  if (study.status !== 'running') return `${STATUS_LABELS[study.status]}: ${study.name} – ${NAME}`;
  const stage = STAGE_NAMES.find((name) => study.stages[name].state === 'running');
  if (stage === undefined) return `${study.name} – ${NAME}`;
  const { done, total } = study.stages[stage];
  const share = total > 0 ? `${Math.floor((100 * done) / total)} % ` : '';
  return `${share}${STAGE_WORDING[stage].label} – ${NAME}`;
}

/** Follows the study that runs in this tab. */
export class CompletionNotice {
  #status: StudySnapshot['status'] | null = null;

  /** @param study the study that runs or ran in this tab last; null where none did */
  follow(study: StudySnapshot | null): void {
    const title = noticeTitle(study);
    if (document.title !== title) document.title = title;
    const status = study?.status ?? null;
    const hasEnded = this.#status === 'running' && (status === 'done' || status === 'failed');
    this.#status = status;
    if (study === null || !hasEnded || !document.hidden || !wantsNotice()) return;
    // The same tag: a study is announced once, however many times it is run again.
    const notice = new Notification(`${STATUS_LABELS[study.status]}: ${study.name}`, {
      body: study.message || 'The methods are compared in its report.',
      tag: study.studyId,
    });
    notice.addEventListener('click', () => window.focus());
  }
}
