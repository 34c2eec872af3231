/** `<winnow-transformers-choice>`: which model transformers.js runs as the teacher, and what is not possible with it. */

import { css, html, LitElement } from 'lit';
import { TRANSFORMERS_FORMATS, TRANSFORMERS_TASKS } from '../../rationale/transformers-format';
import type { TransformersChoice } from '../../study/model-choice';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** What is there before anything is written. */
export const TRANSFORMERS_EXAMPLE: TransformersChoice = {
  source: 'transformers',
  repository: 'onnx-community/Qwen2.5-0.5B-Instruct',
  revision: 'main',
  dtype: 'q4',
  task: 'text-generation',
};

/** `owner/name@revision`, as the field shows it. */
export function revisionOf({ repository, revision }: TransformersChoice): string {
  return `${repository}@${revision}`;
}

/** Tells of a change by `winnow-transformers`, whose detail the model's schema has yet to check. */
class TransformersChoiceElement extends LitElement {
  static override properties = { choice: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
        gap: 0.75rem;
        margin: 0.75rem 0 0.5rem;
      }
    `,
  ];

  declare choice: TransformersChoice;

  override render() {
    const { choice } = this;
    return html`<div class="fields">
        <label
          >Teacher’s repository
          <input
            type="text"
            placeholder=${revisionOf(TRANSFORMERS_EXAMPLE)}
            .value=${revisionOf(choice)}
            @input=${(event: Event) => this.#change(repositoryAt(valueOf(event)))}
          />
        </label>
        ${this.#renderField('Number format', 'dtype', TRANSFORMERS_FORMATS)}
        ${this.#renderField('Task', 'task', TRANSFORMERS_TASKS)}
      </div>
      <p class="small soft">
        What this teacher writes is read as text. It has another tokenizer than the student, and
        transformers.js does not show its probabilities: learning from them (the soft loss) and the
        teacher’s likelihoods are not possible with it. It writes one rationale at a time. The
        program that runs it, up to 27 MB, is loaded from this page when a study needs it.
      </p>`;
  }

  #renderField(label: string, name: 'dtype' | 'task', options: readonly string[]) {
    const chosen = this.choice[name];
    return html`<label
      >${label}
      <select @change=${(event: Event) => this.#change({ [name]: valueOf(event) })}>
        ${options.map(
          (option) =>
            html`<option value=${option} .selected=${chosen === option}>${option}</option>`,
        )}
      </select>
    </label>`;
  }

  #change(part: Readonly<Record<string, string>>): void {
    const detail: unknown = { ...this.choice, ...part };
    this.dispatchEvent(new CustomEvent('winnow-transformers', { detail }));
  }
}

/** `owner/name@revision`, taken apart; whether the parts are possible is checked by the schema. */
function repositoryAt(text: string): Record<string, string> {
  const [repository = '', revision = ''] = text.split('@', 2);
  return { repository, revision };
}

function valueOf({ target }: Event): string {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
    ? target.value.trim()
    : '';
}

customElements.define('winnow-transformers-choice', TransformersChoiceElement);
