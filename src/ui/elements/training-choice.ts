/** `<winnow-training-choice>`: what of a student is trained, all or low-rank adapters, and whether memory is saved. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import { LORA_LAYERS, type LoraLayers } from '../../t5/lora';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

type Lora = NonNullable<StudyConfiguration['training']['lora']>;

/** The event `winnow-training` carries this part of the configuration. */
export type TrainingDetail = Pick<StudyConfiguration['training'], 'lora' | 'recomputeActivations'>;

/** What someone gets who chooses adapters: a usual rank, counted twice, in every layer. */
const FIRST: Lora = { rank: 16, alpha: 32, layers: 'all' };
const MOST_RANK = 256;
const ALPHA_RANGE = { least: 0.1, most: 1024 };

const layerLabels: Readonly<Record<LoraLayers, string>> = {
  'query-value': 'queries and values',
  attention: 'all of attention',
  all: 'attention and feed-forward',
};

class TrainingChoiceElement extends LitElement {
  static override properties = {
    lora: { attribute: false },
    recomputes: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        margin-top: 0.75rem;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.75rem;
      }
      p {
        margin: 0.35rem 0 0;
      }
    `,
  ];

  /** Undefined while all parameters are trained. */
  declare lora: Lora | undefined;
  declare recomputes: boolean | undefined;

  override render() {
    const { lora } = this;
    return html`<div class="fields">
        <label
          >Train
          <select id="what" @change=${this.#changeWhat}>
            <option value="all" .selected=${lora === undefined}>all parameters</option>
            <option value="adapters" .selected=${lora !== undefined}>adapters (LoRA)</option>
          </select>
        </label>
        ${lora === undefined ? nothing : this.#renderSettings(lora)}
        <label title="The backward pass keeps each block's input only and computes the block again."
          >Activations
          <select id="activations" @change=${this.#changeActivations}>
            <option value="kept" .selected=${this.recomputes !== true}>kept: faster</option>
            <option value="again" .selected=${this.recomputes === true}>
              computed again: less memory
            </option>
          </select>
        </label>
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

  #renderSettings(lora: Lora) {
    return html`<label
        >Rank
        <input
          id="rank"
          type="number"
          min="1"
          max=${MOST_RANK}
          step="1"
          inputmode="numeric"
          .value=${String(lora.rank)}
          @change=${(event: Event) => this.#changeNumber(event, 'rank')}
        />
      </label>
      <label title="An adapter counts alpha / rank times."
        >Alpha
        <input
          id="alpha"
          type="number"
          min=${ALPHA_RANGE.least}
          max=${ALPHA_RANGE.most}
          step="any"
          inputmode="decimal"
          .value=${String(lora.alpha)}
          @change=${(event: Event) => this.#changeNumber(event, 'alpha')}
        />
      </label>
      <label
        >In
        <select id="layers" @change=${this.#changeLayers}>
          ${LORA_LAYERS.map(
            (layers) =>
              html`<option value=${layers} .selected=${layers === lora.layers}>
                ${layerLabels[layers]}
              </option>`,
          )}
        </select>
      </label>`;
  }

  #changeWhat(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    this.#tell(event.target.value === 'adapters' ? FIRST : undefined);
  }

  #changeLayers(event: Event): void {
    const { target } = event;
    if (!(target instanceof HTMLSelectElement)) return;
    const layers = LORA_LAYERS.find((candidate) => candidate === target.value);
    if (layers && this.lora) this.#tell({ ...this.lora, layers });
  }

  #changeNumber({ target }: Event, which: 'rank' | 'alpha'): void {
    const { lora } = this;
    if (!(target instanceof HTMLInputElement) || lora === undefined) return;
    if (target.value !== '' && target.validity.valid) {
      this.#tell({ ...lora, [which]: Number(target.value) });
    } else {
      target.value = String(lora[which]);
    }
  }

  #changeActivations(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    this.#tell(this.lora, event.target.value === 'again');
  }

  #tell(lora: Lora | undefined, recomputeActivations = this.recomputes): void {
    const detail: TrainingDetail = { lora, recomputeActivations };
    this.dispatchEvent(new CustomEvent('winnow-training', { detail }));
  }
}

customElements.define('winnow-training-choice', TrainingChoiceElement);
