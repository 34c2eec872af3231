/** `<winnow-training-choice>`: what of a student is trained, all of it or low-rank adapters, with their settings. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import { settingAt } from '../../study/settings';
import { LORA_SETTINGS, TRAINED_SETTING } from '../settings/training';
import { ADAPTER_DEFAULTS, type RefusedText } from '../study-draft';
import { base } from '../styles/base';
import { settingGrid } from '../styles/options';
import './setting-field';

type Lora = StudyConfiguration['training']['lora'];

class TrainingChoiceElement extends LitElement {
  static override properties = {
    lora: { attribute: false },
    preset: { attribute: false },
    refused: { attribute: false },
  };

  static override styles = [
    base,
    settingGrid,
    css`
      p {
        margin-top: 0.6rem;
      }
    `,
  ];

  /** Undefined while all parameters are trained. */
  declare lora: Lora;
  /** What the preset has. */
  declare preset: Lora;
  declare refused: ReadonlyMap<string, RefusedText>;

  override render() {
    const { lora, preset } = this;
    const from = { training: { lora: preset ?? ADAPTER_DEFAULTS } };
    return html`<div class="settings">
        <winnow-setting-field
          .setting=${TRAINED_SETTING}
          .value=${lora && 'adapters'}
          .preset=${preset && 'adapters'}
        ></winnow-setting-field>
        ${
          lora === undefined
            ? nothing
            : LORA_SETTINGS.map(
                (setting) =>
                  html`<winnow-setting-field
                    .setting=${setting}
                    .value=${settingAt({ training: { lora } }, setting.path)}
                    .preset=${settingAt(from, setting.path)}
                    .refused=${this.refused.get(setting.path) ?? null}
                  ></winnow-setting-field>`,
              )
        }
      </div>
      ${
        lora === undefined
          ? nothing
          : html`<p class="small soft">
              The student itself stays as it is, quantised where it comes so: far less memory, for a
              student of the size of flan-t5-base or large.
            </p>`
      }`;
  }
}

customElements.define('winnow-training-choice', TrainingChoiceElement);
