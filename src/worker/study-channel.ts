/** How the tabs of one origin hear of the study that one of them runs, and ask for it. */

import * as v from 'valibot';
import { DATABASE_VERSION } from '../storage/schema';
import type { StudySnapshot } from '../study/snapshot';

/** Tabs with another version of the page have other studies to tell of; they do not listen to each other. */
const CHANNEL = `winnow-study-${DATABASE_VERSION}`;

const messageSchema = v.variant('kind', [
  v.object({
    kind: v.literal('snapshot'),
    // Whoever sends it has the same database, where the same value is stored and read as it is.
    snapshot: v.custom<StudySnapshot>(
      (value) =>
        v.safeParse(v.object({ studyId: v.string(), stages: v.object({}) }), value).success,
    ),
  }),
  v.object({ kind: v.literal('log'), sentence: v.string() }),
  v.object({ kind: v.literal('hand-over'), studyId: v.string() }),
]);

type Message = v.InferOutput<typeof messageSchema>;

export interface ChannelListeners {
  /** Another tab's study changed. */
  readonly onSnapshot: (snapshot: StudySnapshot) => void;
  readonly onLog: (sentence: string) => void;
  /** Another tab wants to go on with this study. */
  readonly onHandOver: (studyId: string) => void;
}

export class StudyChannel {
  readonly #channel = new BroadcastChannel(CHANNEL);

  constructor(listeners: ChannelListeners) {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const parsed = v.safeParse(messageSchema, data);
      if (!parsed.success) return;
      const message = parsed.output;
      if (message.kind === 'snapshot') listeners.onSnapshot(message.snapshot);
      else if (message.kind === 'log') listeners.onLog(message.sentence);
      else listeners.onHandOver(message.studyId);
    });
  }

  /** Shows the other tabs the study that this one runs. */
  show(snapshot: StudySnapshot): void {
    this.#post({ kind: 'snapshot', snapshot });
  }

  log(sentence: string): void {
    this.#post({ kind: 'log', sentence });
  }

  /** Asks the tab that runs this study to save it and stop. */
  askFor(studyId: string): void {
    this.#post({ kind: 'hand-over', studyId });
  }

  #post(message: Message): void {
    this.#channel.postMessage(message);
  }
}
