/** `<winnow-rollout-choice>`: how many continuations the teacher may write of wrong rationales; says `winnow-rollouts`. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import { rolloutRefusal, type ModelsConfiguration } from '../../study/model-choice';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** The event `winnow-rollouts` carries this part of the configuration. */
export type RolloutDetail = Pick<
  StudyConfiguration['feedback'],
  'rollouts' | 'rolloutContinuations'
>;

const BOUNDS: Readonly<
  Record<keyof RolloutDetail, { readonly min: number; readonly max: number }>
> = {
  rollouts: { min: 0, max: 100_000_000 },
  rolloutContinuations: { min: 1, max: 16 },
};

const WITHOUT =
  'With 0 a wrong rationale is judged by its own end. With more, the teacher goes on from behind its steps: that shows which of them leads astray, and may give a right rationale that begins alike.';
const WITH =
  'A wrong rationale of four steps takes about three places. Where all continuations from before a step are right and none from behind it is, that step is to blame; with fewer than 4 a place, only steps without a value of the author’s solution can be blamed.';

class RolloutChoiceElement extends LitElement {
  static override properties = {
    models: { attribute: false },
    chosen: { attribute: false },
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

  declare models: ModelsConfiguration;
  declare chosen: RolloutDetail;

  override render() {
    const refusal = rolloutRefusal(this.models);
    const asked = refusal === '' && this.chosen.rollouts > 0;
    return html`<div class="fields">
        ${this.#renderNumber('rollouts', 'Rollouts at most', refusal !== '')}
        ${asked ? this.#renderNumber('rolloutContinuations', 'Continuations a place', false) : nothing}
      </div>
      <p class="small soft">${refusal === '' ? (asked ? WITH : WITHOUT) : refusal}</p>`;
  }

  #renderNumber(which: keyof RolloutDetail, label: string, disabled: boolean) {
    const { min, max } = BOUNDS[which];
    return html`<label
      >${label}
      <input
        type="number"
        min=${min}
        max=${max}
        step="1"
        inputmode="numeric"
        ?disabled=${disabled}
        .value=${String(disabled ? 0 : this.chosen[which])}
        @change=${(event: Event) => this.#change(event, which)}
      />
    </label>`;
  }

  #change({ target }: Event, which: keyof RolloutDetail): void {
    if (!(target instanceof HTMLInputElement)) return;
    const { value, validity, valueAsNumber } = target;
    if (value === '' || !validity.valid || !Number.isInteger(valueAsNumber)) {
      target.value = String(this.chosen[which]);
      return;
    }
    const { rollouts, rolloutContinuations } = this.chosen;
    const detail: RolloutDetail = { rollouts, rolloutContinuations, [which]: valueAsNumber };
    this.dispatchEvent(new CustomEvent('winnow-rollouts', { detail }));
  }
}

customElements.define('winnow-rollout-choice', RolloutChoiceElement);
