/** `<winnow-device-note>`: what the study will run on, as a chip, a line or a banner. */

import { css, html, LitElement, nothing } from 'lit';
import type { DeviceReport } from '../../study/snapshot';
import { icon } from '../icons';
import { base } from '../styles/base';

export class DeviceNoteElement extends LitElement {
  static override properties = {
    device: { attribute: false },
    compact: { type: Boolean },
  };

  static override styles = [
    base,
    css`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 0.45rem;
        color: var(--ink-soft);
        font-size: var(--text-small);
        overflow-wrap: anywhere;
      }
      .dot {
        flex: none;
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        border: 2px solid var(--kept);
        background: var(--kept);
      }
      .dot.software {
        border-color: var(--grain);
        background: none;
      }
      .banner {
        display: flex;
        gap: 0.7rem;
        align-items: flex-start;
        padding: 0.7rem 1rem;
        border: 1px solid var(--grain);
        border-radius: var(--radius);
        background: var(--grain-soft);
      }
      .banner .icon {
        flex: none;
        margin-top: 0.25rem;
      }
    `,
  ];

  declare device: DeviceReport | null;
  declare compact: boolean;

  constructor() {
    super();
    this.device = null;
    this.compact = false;
  }

  override render() {
    const { device } = this;
    if (this.compact) {
      return html`<p class="chip">
        ${device ? html`<span class="dot ${device.software ? 'software' : ''}"></span>` : nothing}
        ${device ? deviceLine(device) : 'Looking for a GPU'}
      </p>`;
    }
    if (!device?.software) return nothing;
    return html`<div class="banner" role="note">
      ${icon('warning')}
      <p><strong>No graphics processor in use.</strong> ${device.explanation}</p>
    </div>`;
  }
}

const backendNames: Readonly<Record<DeviceReport['backend'], string>> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
};

/** The device in one line: its name, and through what it is used. */
export function deviceLine(device: DeviceReport): string {
  const backend = backendNames[device.backend];
  const name = device.name.trim();
  if (name === '' || name.toLowerCase().includes(backend.toLowerCase())) return name || backend;
  return `${name}, through ${backend}`;
}

customElements.define('winnow-device-note', DeviceNoteElement);
