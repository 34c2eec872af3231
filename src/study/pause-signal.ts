/** A wish to stop, seen by the work between two of its pieces. */

import { letMessagesIn } from './event-loop';
import { PauseRequested } from './stage-context';

export class PauseSignal {
  readonly #controller = new AbortController();

  /** Aborted by the request: for work that waits for something outside, such as a download. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  request(): void {
    this.#controller.abort(new PauseRequested());
  }

  /** Lets messages in; throws when a pause was requested before or in one of them. */
  async rest(): Promise<void> {
    await letMessagesIn();
    this.signal.throwIfAborted();
  }
}
