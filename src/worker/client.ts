/** The page's side of the worker protocol: requests with answers, and the broadcasts of a running study. */

import type { StudySnapshot } from '../study/snapshot';
import type { FromWorker, RequestName, Requests } from './protocol';

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

/** A typed client of `protocol.ts` over one worker. */
export class WorkerClient {
  readonly #port: WorkerPort;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #snapshotListeners = new Set<(snapshot: StudySnapshot) => void>();
  readonly #logListeners = new Set<(line: LogLine) => void>();
  readonly #failureListeners = new Set<(error: Error) => void>();
  #nextId = 1;
  #closed: Error | null = null;

  constructor(port: WorkerPort) {
    this.#port = port;
    port.addEventListener('message', (event) => this.#receive(event.data));
    port.addEventListener('error', (event) =>
      this.#fail(
        new Error(
          `The worker that runs the study stopped with an error: ${event.message || 'it could not be loaded'}. Reload the page; the study goes on where it was last saved.`,
        ),
      ),
    );
    port.addEventListener('messageerror', () =>
      this.#fail(
        new Error('The worker sent a message that this browser could not read. Reload the page.'),
      ),
    );
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

  /** Ends the worker; requests still open fail. */
  close(): void {
    this.#port.terminate();
    this.#closed = new Error('The worker was closed.');
    this.#rejectAll(this.#closed);
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
      case 'log':
        for (const listener of this.#logListeners) {
          listener({ at: message.at, sentence: message.sentence });
        }
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
