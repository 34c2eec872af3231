/** `<winnow-setting-field>`: one setting of a study with its range, its preset's value and what it does; tells of a change by `winnow-setting`. */

import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { numberBounds } from '../../study/settings';
import { formatNumber } from '../format';
import { icon } from '../icons';
import type { SettingWording } from '../settings/setting';
import { readSetting, settingText } from '../setting-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** The event `winnow-setting`: what was written for a setting, or null to put its preset's value back. */
export interface SettingDetail {
  readonly path: string;
  readonly text: string | null;
}

class SettingFieldElement extends LitElement {
  static override properties = {
    setting: { attribute: false },
    value: { attribute: false },
    preset: { attribute: false },
    refused: { attribute: false },
    locked: {},
  };

  static override styles = [
    base,
    controls,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 0.6rem;
        min-height: 1.5rem;
      }
      label {
        color: var(--ink);
        font-weight: 550;
      }
      .put-back {
        min-height: 0;
        padding: 0 0.45rem;
        border-radius: 999px;
        background: var(--grain-soft);
        color: var(--ink);
        font-size: 0.78rem;
      }
      .written {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
      .written > * {
        flex: 1 1 auto;
        min-width: 0;
      }
      input,
      select {
        text-overflow: ellipsis;
      }
      .unit {
        flex: none;
      }
      [aria-invalid='true'] {
        border-color: var(--rejected);
      }
      .error {
        color: var(--rejected);
      }
      p {
        margin-top: 0.2rem;
        font-size: 0.8rem;
        line-height: 1.4;
      }
    `,
  ];

  declare setting: SettingWording;
  declare value: unknown;
  /** The value it has in the preset. */
  declare preset: unknown;
  /** What is written there and cannot be used, and why; null while everything can. */
  declare refused: { readonly text: string; readonly problem: string } | null;
  /** Why it cannot be changed at the moment; empty where it can. */
  declare locked: string;
  /** What is in the field while somebody types there. */
  #typed: string | null = null;

  constructor() {
    super();
    this.refused = null;
    this.locked = '';
  }

  override render() {
    const { setting, refused } = this;
    const isChanged = settingText(this.value) !== settingText(this.preset) || refused !== null;
    const described = refused === null ? 'explanation' : 'problem explanation';
    return html`<div class="head">
        <label for="field">${setting.label}</label>
        ${
          isChanged && this.locked === ''
            ? html`<button
                type="button"
                class="put-back"
                title="Put back what the preset has: ${this.#named(this.preset)}"
                @click=${() => this.#tell(null)}
              >
                Changed ${icon('undo')}<span class="visually-hidden"
                  >, put ${setting.label} back</span
                >
              </button>`
            : nothing
        }
      </div>
      <div class="written">
        ${setting.choices === undefined ? this.#renderInput(described) : this.#renderList(described)}
        ${setting.unit === undefined ? nothing : html`<span class="unit small soft">${setting.unit}</span>`}
      </div>
      ${refused === null ? nothing : html`<p id="problem" class="error" role="alert">${refused.problem}</p>`}
      <p id="explanation" class="soft">
        ${this.locked === '' ? `${setting.explanation} ${this.#range()}` : this.locked}
      </p>`;
  }

  #renderInput(described: string) {
    return html`<input
      id="field"
      type="text"
      inputmode="decimal"
      autocomplete="off"
      placeholder=${this.setting.none ?? nothing}
      aria-describedby=${described}
      aria-invalid=${this.refused === null ? nothing : 'true'}
      ?disabled=${this.locked !== ''}
      .value=${live(this.#typed ?? this.refused?.text ?? settingText(this.value))}
      @input=${this.#type}
      @change=${this.#change}
    />`;
  }

  #renderList(described: string) {
    const present = settingText(this.value);
    return html`<select
      id="field"
      aria-describedby=${described}
      ?disabled=${this.locked !== ''}
      @change=${this.#change}
    >
      ${this.setting.choices?.map(
        ({ value, label }) =>
          html`<option value=${settingText(value)} .selected=${settingText(value) === present}>
            ${label}
          </option>`,
      )}
    </select>`;
  }

  /** `From 1 to 256; 16 in the preset.` */
  #range(): string {
    const bounds = numberBounds(this.setting.path);
    if (bounds === null) return '';
    const { least, most } = bounds;
    return `From ${formatNumber(least)} to ${formatNumber(most)}; ${this.#named(this.preset)} in the preset.`;
  }

  #named(value: unknown): string {
    const text = settingText(value);
    const choice = this.setting.choices?.find((each) => settingText(each.value) === text);
    if (choice !== undefined) return choice.label;
    return typeof value === 'number' ? formatNumber(value) : (this.setting.none ?? text);
  }

  /**
   * What can be used is taken while it is typed, so that nothing moves under the pointer of whoever leaves the
   * field for a button; what cannot is said once the field is left.
   */
  #type({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    this.#typed = target.value;
    if ('value' in readSetting(this.setting, target.value)) this.#tell(target.value);
  }

  #change({ target }: Event): void {
    this.#typed = null;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
      this.#tell(target.value);
    }
  }

  #tell(text: string | null): void {
    const detail: SettingDetail = { path: this.setting.path, text };
    this.dispatchEvent(
      new CustomEvent('winnow-setting', { detail, bubbles: true, composed: true }),
    );
  }
}

customElements.define('winnow-setting-field', SettingFieldElement);
