/** `<winnow-likelihood-choice>`: how many sequences the models may score to decide about open steps; says `winnow-likelihoods`. */

import { css, html, LitElement } from 'lit';
import { likelihoodRefusal, type ModelsConfiguration } from '../../study/model-choice';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

const MOST_SEQUENCES = 100_000_000;

const EXPLANATION =
  'With 0 the rules decide alone. With more, steps that they leave open are decided by how likely teacher and student find what follows, with and without them.';

class LikelihoodChoiceElement extends LitElement {
  static override properties = {
    models: { attribute: false },
    sequences: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        margin-top: 0.75rem;
      }
      p {
        margin: 0.35rem 0 0;
      }
    `,
  ];

  declare models: ModelsConfiguration;
  /** The budget of the configuration; 0 asks for no likelihoods. */
  declare sequences: number;

  override render() {
    const refusal = likelihoodRefusal(this.models);
    return html`<label
        title="Fitting the thresholds takes up to 2,000 sequences, a step at most 6 a model."
        >Sequences scored at most
        <input
          type="number"
          min="0"
          max=${MOST_SEQUENCES}
          step="1"
          inputmode="numeric"
          ?disabled=${refusal !== ''}
          .value=${String(refusal === '' ? this.sequences : 0)}
          @change=${this.#change}
        />
      </label>
      <p class="small soft">${refusal === '' ? EXPLANATION : refusal}</p>`;
  }

  #change({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    const { value, validity, valueAsNumber } = target;
    if (value === '' || !validity.valid || !Number.isInteger(valueAsNumber)) {
      target.value = String(this.sequences);
      return;
    }
    this.dispatchEvent(new CustomEvent('winnow-likelihoods', { detail: valueAsNumber }));
  }
}

customElements.define('winnow-likelihood-choice', LikelihoodChoiceElement);
