/** `<winnow-method-choice>`: which methods a study compares; says them with `winnow-methods`. */

import { css, html, LitElement, nothing } from 'lit';
import { inOrder, METHOD_TRAITS, METHODS, type Method } from '../../study/methods';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';

class MethodChoiceElement extends LitElement {
  static override properties = {
    methods: { attribute: false },
    preset: { attribute: false },
    canBeSoft: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      fieldset {
        display: grid;
        gap: 0.4rem;
        margin: 0;
        padding: 0;
        border: 0;
      }
      fieldset label {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 0.6rem;
        color: var(--ink);
      }
      fieldset input {
        margin: 0.25rem 0 0;
        accent-color: var(--accent);
      }
      fieldset label span {
        grid-column: 2;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.9rem;
      }
      .head p {
        flex: 1 1 12rem;
      }
      .head button {
        min-height: 2rem;
        font-size: var(--text-small);
      }
    `,
  ];

  declare methods: readonly Method[];
  /** The methods of the preset. */
  declare preset: readonly Method[];
  /** False where the teacher does not share the student's tokenizer. */
  declare canBeSoft: boolean;

  constructor() {
    super();
    this.methods = [];
    this.preset = [];
    this.canBeSoft = true;
  }

  override render() {
    const { methods } = this;
    return html`<fieldset>
      <legend class="visually-hidden">Methods</legend>
      ${METHODS.map((method) => {
        const chosen = methods.includes(method);
        const { label, explanation } = METHOD_WORDING[method];
        const isPossible = this.canBeSoft || !METHOD_TRAITS[method].soft;
        return html`<label>
          <input
            type="checkbox"
            aria-labelledby="${method}-label"
            aria-describedby="${method}-explanation"
            .checked=${chosen}
            ?disabled=${(chosen && methods.length === 1) || !isPossible}
            @change=${() => this.#toggle(method)}
          />
          <strong id="${method}-label">${label}</strong>
          <span id="${method}-explanation" class="small soft">
            ${
              isPossible
                ? explanation
                : 'Not with a teacher of transformers.js: its tokens are not the student’s.'
            }
          </span>
        </label>`;
      })}
      ${this.#isChanged ? this.#renderPutBack() : nothing}
    </fieldset>`;
  }

  get #isChanged(): boolean {
    return this.methods.join() !== this.preset.join();
  }

  #renderPutBack() {
    const names = this.preset.map((method) => METHOD_WORDING[method].label).join(', ');
    return html`<div class="head">
      <p class="small soft">The preset compares: ${names}.</p>
      <button type="button" @click=${() => this.#tell(this.preset)}>
        ${icon('undo')} Put the methods back
      </button>
    </div>`;
  }

  #toggle(method: Method): void {
    const { methods } = this;
    const chosen = methods.includes(method)
      ? methods.filter((each) => each !== method)
      : inOrder([...methods, method]);
    this.#tell(chosen);
  }

  #tell(detail: readonly Method[]): void {
    this.dispatchEvent(new CustomEvent('winnow-methods', { detail }));
  }
}

customElements.define('winnow-method-choice', MethodChoiceElement);
