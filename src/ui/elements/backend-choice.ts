/** `<winnow-backend-choice>`: what this page computes on; of the page and not of a study, so that it is no setting of one. */

import { html, LitElement } from 'lit';
import { BACKEND_CHOICES, type BackendChoice } from '../address';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

const LABELS: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly (no GPU)',
};

class BackendChoiceElement extends LitElement {
  static override properties = { service: { attribute: false } };

  static override styles = [base, controls];

  declare service: StudyService;

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  override render() {
    return html`<label
      >Run on
      <select @change=${this.#change} ?disabled=${this.service.isRunning}>
        ${BACKEND_CHOICES.map(
          (choice) =>
            html`<option value=${choice} .selected=${choice === this.service.backend}>
              ${LABELS[choice]}
            </option>`,
        )}
      </select>
    </label>`;
  }

  #change({ target }: Event): void {
    if (!(target instanceof HTMLSelectElement)) return;
    const chosen = BACKEND_CHOICES.find((candidate) => candidate === target.value);
    if (chosen) void this.service.chooseBackend(chosen);
  }
}

customElements.define('winnow-backend-choice', BackendChoiceElement);
