/** Renders a Lit element again whenever the study service changes. */

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { StudyService } from './study-service';

/** Subscribes its host while the host is connected; `service` is read late because it arrives as a property. */
export class ServiceController implements ReactiveController {
  #end: (() => void) | null = null;
  readonly #host: ReactiveControllerHost;
  readonly #service: () => StudyService;

  constructor(host: ReactiveControllerHost, service: () => StudyService) {
    this.#host = host;
    this.#service = service;
    host.addController(this);
  }

  hostConnected(): void {
    this.#end ??= this.#service().subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#end?.();
    this.#end = null;
  }
}
