/** `<winnow-method-choice>`: which methods a study compares; says `winnow-methods` with the chosen ones. */

import { css, html, LitElement } from 'lit';
import { inOrder, METHODS, type Method } from '../../study/methods';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';

class MethodChoiceElement extends LitElement {
  static override properties = { methods: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        margin-top: 0.75rem;
      }
      fieldset {
        display: grid;
        gap: 0.4rem;
        margin: 0.5rem 0 0;
        padding: 0;
        border: 0;
      }
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
      label span {
        grid-column: 2;
      }
    `,
  ];

  declare methods: readonly Method[];

  constructor() {
    super();
    this.methods = [];
  }

  override render() {
    const { methods } = this;
    return html`<details>
      <summary class="small">
        What is compared: ${methods.length} of ${METHODS.length} methods
      </summary>
      <fieldset>
        <legend class="visually-hidden">Methods</legend>
        ${METHODS.map((method) => {
          const chosen = methods.includes(method);
          const { label, explanation } = METHOD_WORDING[method];
          return html`<label>
            <input
              type="checkbox"
              aria-labelledby="${method}-label"
              aria-describedby="${method}-explanation"
              .checked=${chosen}
              ?disabled=${chosen && methods.length === 1}
              @change=${() => this.#toggle(method)}
            />
            <strong id="${method}-label">${label}</strong>
            <span id="${method}-explanation" class="small soft">${explanation}</span>
          </label>`;
        })}
      </fieldset>
    </details>`;
  }

  #toggle(method: Method): void {
    const { methods } = this;
    const chosen = methods.includes(method)
      ? methods.filter((each) => each !== method)
      : inOrder([...methods, method]);
    this.dispatchEvent(new CustomEvent('winnow-methods', { detail: chosen }));
  }
}

customElements.define('winnow-method-choice', MethodChoiceElement);
