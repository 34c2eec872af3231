/** A wish to stop, seen by the work between two of its pieces. */

import { letMessagesIn } from './event-loop';
import { PauseRequested } from './stage-context';

export class PauseSignal {
  #requested = false;

  request(): void {
    this.#requested = true;
  }

  /** Lets messages in; throws when a pause was requested before or in one of them. */
  async rest(): Promise<void> {
    await letMessagesIn();
    if (this.#requested) throw new PauseRequested();
  }
}
