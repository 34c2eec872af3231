/** `<winnow-method-choice>`: which methods a study compares and how the soft ones learn; says both with `winnow-methods`. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import { inOrder, METHOD_TRAITS, METHODS, softMethods, type Method } from '../../study/methods';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';

type Soft = StudyConfiguration['training']['soft'];

/** The event `winnow-methods` carries this part of the configuration. */
export interface MethodsDetail {
  readonly methods: readonly Method[];
  readonly soft: Soft;
}

/** The bounds of the configuration, and what each setting means. */
const SOFT_SETTINGS: readonly {
  readonly key: keyof Soft;
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: string;
  readonly explanation: string;
}[] = [
  {
    key: 'lambda',
    label: 'Share of the teacher (λ)',
    least: 0,
    most: 1,
    step: 'any',
    explanation:
      'The rest of the loss is that of the target itself. With 0 the teacher is not asked.',
  },
  {
    key: 'temperature',
    label: 'Temperature',
    least: 0.1,
    most: 20,
    step: 'any',
    explanation: 'Above 1, less likely tokens count more.',
  },
  {
    key: 'topK',
    label: 'Likeliest tokens kept',
    least: 1,
    most: 256,
    step: '1',
    explanation: 'At every position; each takes four bytes of storage while students train.',
  },
];

class MethodChoiceElement extends LitElement {
  static override properties = {
    methods: { attribute: false },
    soft: { attribute: false },
    canBeSoft: { attribute: false },
  };

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
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.75rem;
        margin-top: 0.75rem;
      }
    `,
  ];

  declare methods: readonly Method[];
  declare soft: Soft;
  /** False where the teacher does not share the student's tokenizer. */
  declare canBeSoft: boolean;

  constructor() {
    super();
    this.methods = [];
    this.canBeSoft = true;
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
      </fieldset>
      ${softMethods(methods).length > 0 ? this.#renderSoft() : nothing}
    </details>`;
  }

  #renderSoft() {
    return html`<div class="fields">
      ${SOFT_SETTINGS.map(
        ({ key, label, least, most, step, explanation }) =>
          html`<label title=${explanation}
            >${label}
            <input
              type="number"
              min=${least}
              max=${most}
              step=${step}
              inputmode="decimal"
              .value=${String(this.soft[key])}
              @change=${(event: Event) => this.#changeSoft(event, key)}
            />
          </label>`,
      )}
    </div>`;
  }

  #toggle(method: Method): void {
    const { methods } = this;
    const chosen = methods.includes(method)
      ? methods.filter((each) => each !== method)
      : inOrder([...methods, method]);
    this.#tell({ methods: chosen, soft: this.soft });
  }

  #changeSoft({ target }: Event, key: keyof Soft): void {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.value !== '' && target.validity.valid) {
      this.#tell({ methods: this.methods, soft: { ...this.soft, [key]: Number(target.value) } });
    } else {
      target.value = String(this.soft[key]);
    }
  }

  #tell(detail: MethodsDetail): void {
    this.dispatchEvent(new CustomEvent('winnow-methods', { detail }));
  }
}

customElements.define('winnow-method-choice', MethodChoiceElement);
