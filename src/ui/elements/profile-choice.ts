/** `<winnow-profile-choice>`: whether a study times every kernel; says `winnow-profile` with the answer. */

import { css, html, LitElement } from 'lit';
import type { DeviceReport } from '../../study/snapshot';
import { PROFILE_SETTING } from '../setting-wording';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class ProfileChoiceElement extends LitElement {
  static override properties = {
    device: { attribute: false },
    chosen: { type: Boolean },
  };

  static override styles = [
    base,
    controls,
    css`
      label {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 0.6rem;
        color: var(--ink);
      }
      input {
        margin: 0.25rem 0 0;
        accent-color: var(--accent);
      }
      label .soft {
        grid-column: 2;
      }
    `,
  ];

  /** Null while it is looked for. */
  declare device: DeviceReport | null;
  declare chosen: boolean;

  constructor() {
    super();
    this.device = null;
    this.chosen = false;
  }

  override render() {
    const { device } = this;
    const able = device?.timesKernels === true;
    return html`<label>
      <input
        type="checkbox"
        .checked=${this.chosen && able}
        ?disabled=${!able}
        @change=${this.#change}
      />
      <span>${PROFILE_SETTING.label}</span>
      <span class="small soft">${explain(device)}</span>
    </label>`;
  }

  #change(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.dispatchEvent(new CustomEvent('winnow-profile', { detail: event.target.checked }));
  }
}

function explain(device: DeviceReport | null): string {
  if (device === null) return 'The device is being looked for.';
  if (device.timesKernels === true) {
    return PROFILE_SETTING.explanation;
  }
  return device.backend === 'webgpu'
    ? 'Not possible here: this adapter offers WebGPU no timestamps.'
    : 'Not possible here: only WebGPU can time its kernels, and it is not in use.';
}

customElements.define('winnow-profile-choice', ProfileChoiceElement);
