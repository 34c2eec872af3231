/** The page's side of the worker protocol: requests with answers, and the broadcasts of a running study. */

import type { LiveAnswer } from '../study/live-answer';
import type { StudySnapshot } from '../study/snapshot';
import type { FromWorker, RequestName, Requests, WorkerTrouble } from './protocol';

/** What the client needs of a `Worker`, so that tests can put a scripted one in its place. */
export interface WorkerPort {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void;
  addEventListener(type: 'error', listener: (event: ErrorEvent) => void): void;
  addEventListener(type: 'messageerror', listener: (event: MessageEvent) => void): void;
  terminate(): void;
}

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly sentence: string;
}

interface PendingRequest {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type RequestMessage<Name extends RequestName> = {
  [Each in Name]: {
    readonly id: number;
    readonly request: Each;
    readonly parameters: Requests[Each]['parameters'];
  };
}[Name];

/** Starts the worker that owns the GPU, the models and the stores. */
export function createWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'winnow' });
}

/** The worker was replaced before it answered. */
export class WorkerReplacedError extends Error {
  override readonly name = 'WorkerReplacedError';
}

/** A typed client of `protocol.ts` over one worker, which may be replaced by another one. */
export class WorkerClient {
  #port: WorkerPort;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #snapshotListeners = new Set<(snapshot: StudySnapshot) => void>();
  readonly #watchedListeners = new Set<(snapshot: StudySnapshot) => void>();
  readonly #answerListeners = new Set<(answer: LiveAnswer) => void>();
  readonly #logListeners = new Set<(line: LogLine) => void>();
  readonly #failureListeners = new Set<(error: Error) => void>();
  readonly #troubleListeners = new Set<(trouble: WorkerTrouble) => void>();
  #nextId = 1;
  #closed: Error | null = null;

  constructor(port: WorkerPort) {
    this.#port = port;
    this.#listen(port);
  }

  /** Ends the worker and talks to this one from now on; requests still open fail. */
  replace(port: WorkerPort): void {
    this.#port.terminate();
    this.#port = port;
    this.#rejectAll(
      new WorkerReplacedError('The worker was replaced before it answered. Ask again.'),
    );
    this.#listen(port);
  }

  /**
   * Sends one request and resolves with its answer.
   *
   * @throws Error with the worker's own sentence when the request failed, or when the worker is gone.
   */
  request<Name extends RequestName>(
    name: Name,
    parameters: Requests[Name]['parameters'],
  ): Promise<Requests[Name]['result']> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    return new Promise<Requests[Name]['result']>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const message: RequestMessage<Name> = { id, request: name, parameters };
      try {
        this.#port.postMessage(message);
      } catch (error) {
        this.#pending.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  /** Calls `listener` with every snapshot of the running study; returns the function that ends this. */
  onSnapshot(listener: (snapshot: StudySnapshot) => void): () => void {
    this.#snapshotListeners.add(listener);
    return () => this.#snapshotListeners.delete(listener);
  }

  /** Calls `listener` with every snapshot of a study that another tab runs; returns the function that ends this. */
  onWatched(listener: (snapshot: StudySnapshot) => void): () => void {
    this.#watchedListeners.add(listener);
    return () => this.#watchedListeners.delete(listener);
  }

  /** Calls `listener` with what the model that was asked has written so far; returns the function that ends this. */
  onAnswer(listener: (answer: LiveAnswer) => void): () => void {
    this.#answerListeners.add(listener);
    return () => this.#answerListeners.delete(listener);
  }

  /** Calls `listener` with every sentence of the activity log; returns the function that ends this. */
  onLog(listener: (line: LogLine) => void): () => void {
    this.#logListeners.add(listener);
    return () => this.#logListeners.delete(listener);
  }

  /** Calls `listener` when the worker itself breaks; returns the function that ends this. */
  onFailure(listener: (error: Error) => void): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  /** Calls `listener` when the worker says it is of no use any more; returns the function that ends this. */
  onTrouble(listener: (trouble: WorkerTrouble) => void): () => void {
    this.#troubleListeners.add(listener);
    return () => this.#troubleListeners.delete(listener);
  }

  /** Ends the worker; requests still open fail. */
  close(): void {
    this.#port.terminate();
    this.#closed = new Error('The worker was closed.');
    this.#rejectAll(this.#closed);
  }

  /** What a worker that was replaced still had on its way is not heard any more. */
  #listen(port: WorkerPort): void {
    const isCurrent = (): boolean => port === this.#port;
    port.addEventListener('message', (event) => {
      if (isCurrent()) this.#receive(event.data);
    });
    port.addEventListener('error', (event) => {
      if (!isCurrent()) return;
      this.#fail(
        new Error(
          `The worker that runs the study stopped with an error: ${event.message || 'it could not be loaded'}. Reload the page; the study goes on where it was last saved.`,
        ),
      );
    });
    port.addEventListener('messageerror', () => {
      if (!isCurrent()) return;
      this.#fail(
        new Error('The worker sent a message that this browser could not read. Reload the page.'),
      );
    });
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'result':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'error':
        this.#take(message.id)?.reject(new Error(message.message));
        return;
      case 'snapshot':
        for (const listener of this.#snapshotListeners) listener(message.snapshot);
        return;
      case 'watched':
        for (const listener of this.#watchedListeners) listener(message.snapshot);
        return;
      case 'answering':
        for (const listener of this.#answerListeners) listener(message.answer);
        return;
      case 'log':
        for (const listener of this.#logListeners) {
          listener({ at: message.at, sentence: message.sentence });
        }
        return;
      case 'worker-trouble':
        for (const listener of this.#troubleListeners) listener(message);
        return;
      default:
        message satisfies never;
    }
  }

  #take(id: number): PendingRequest | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #fail(error: Error): void {
    this.#rejectAll(error);
    for (const listener of this.#failureListeners) listener(error);
  }

  #rejectAll(error: Error): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const request of pending) request.reject(error);
  }
}
