/** `<winnow-setting-group>`: the settings of one stage, folded, saying how many of them differ from the preset. */

import { css, html, LitElement, nothing } from 'lit';
import { presetConfiguration } from '../../study/presets';
import type { StudyConfiguration } from '../../study/configuration';
import { settingAt } from '../../study/settings';
import type { SettingWording } from '../settings/setting';
import type { StudyDraft } from '../study-draft';
import { base } from '../styles/base';
import { settingGrid } from '../styles/options';
import './setting-field';

class SettingGroupElement extends LitElement {
  static override properties = {
    heading: {},
    settings: { attribute: false },
    draft: { attribute: false },
    configuration: { attribute: false },
    changed: { attribute: false },
    further: { attribute: false },
    locked: { attribute: false },
  };

  static override styles = [
    base,
    settingGrid,
    css`
      summary {
        padding: 0.45rem 0;
      }
      .changed {
        margin-left: 0.3rem;
        padding: 0.05rem 0.5rem;
        border-radius: 999px;
        background: var(--grain-soft);
        color: var(--ink);
        font-size: 0.78rem;
      }
      .inside {
        display: grid;
        gap: 1rem;
        padding: 0.5rem 0 1rem;
      }
      strong {
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];

  declare heading: string;
  declare settings: readonly SettingWording[];
  declare draft: StudyDraft;
  /** What the draft comes to. */
  declare configuration: StudyConfiguration;
  /** The paths of all settings that differ from the preset. */
  declare changed: readonly string[];
  /** Paths of settings with controls of their own in the slot. */
  declare further: readonly string[];
  /** Why settings cannot be changed at the moment, by their paths. */
  declare locked: Readonly<Record<string, string>>;

  constructor() {
    super();
    this.further = [];
    this.locked = {};
  }

  override render() {
    const paths = [...this.settings.map(({ path }) => path), ...this.further];
    const count = paths.filter((path) => this.changed.includes(path)).length;
    const refused = paths.some((path) => this.draft.refused.has(path));
    return html`<details>
      <summary class="small">
        <strong>${this.heading}</strong>${
          count === 0
            ? nothing
            : html` <span class="changed">${refused ? 'cannot be used' : `${count} changed`}</span>`
        }
      </summary>
      <div class="inside">
        <slot></slot>
        ${
          this.settings.length === 0
            ? nothing
            : html`<div class="settings">
                ${this.settings.map((each) => this.#renderField(each))}
              </div>`
        }
        <slot name="after"></slot>
      </div>
    </details>`;
  }

  #renderField(setting: SettingWording) {
    const { path } = setting;
    return html`<winnow-setting-field
      .setting=${setting}
      .value=${settingAt(this.configuration, path)}
      .preset=${settingAt(presetConfiguration(this.draft.preset), path)}
      .refused=${this.draft.refused.get(path) ?? null}
      .locked=${this.locked[path] ?? ''}
    ></winnow-setting-field>`;
  }
}

customElements.define('winnow-setting-group', SettingGroupElement);
