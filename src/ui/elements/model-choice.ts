/** `<winnow-model-choice>`: which teacher and student a study takes, and which hub they come from. */

import { css, html, LitElement, nothing } from 'lit';
import * as v from 'valibot';
import {
  modelChoiceSchema,
  type ModelChoice,
  type ModelsConfiguration,
} from '../../study/model-choice';
import { hubAddressesSchema, PUBLIC_HUBS } from '../../weights/hub/artefact';
import { LISTED_MODELS } from '../../weights/hub/manifest';
import { formatBytes } from '../format';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

const ROLES = ['teacher', 'student'] as const;
type Role = (typeof ROLES)[number];

const LABELS: Readonly<Record<Role, string>> = { teacher: 'Teacher', student: 'Student' };
/** What the other one becomes when the first leaves the pocket pair: they have to share a vocabulary. */
const COMPANIONS: Readonly<Record<Role, string>> = {
  teacher: 'flan-t5-large-q8_0',
  student: 'flan-t5-small-q8_0',
};
const EXAMPLE = 'google/flan-t5-small@main/model.safetensors';

class ModelChoiceElement extends LitElement {
  static override properties = {
    models: { attribute: false },
    problem: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr));
        gap: 0.75rem;
      }
      .error {
        color: var(--rejected);
      }
      details {
        margin: 0.6rem 0 1rem;
      }
      .repository {
        margin-top: 0.4rem;
      }
      details .fields {
        margin-top: 0.5rem;
      }
    `,
  ];

  declare models: ModelsConfiguration;
  declare problem: string;

  constructor() {
    super();
    this.problem = '';
  }

  override render() {
    const { teacher, student, hubs } = this.models;
    const pocket = teacher.source === 'pocket' && student.source === 'pocket';
    return html`
      <div class="fields">${ROLES.map((role) => this.#renderRole(role))}</div>
      ${this.problem ? html`<p class="small error" role="alert">${this.problem}</p>` : nothing}
      ${
        pocket
          ? nothing
          : html`<details>
              <summary class="small">Where the files come from</summary>
              <p class="small soft">
                They are downloaded once and kept in this browser. A file whose hash is listed is
                checked against it; otherwise the first download pins it.
              </p>
              <div class="fields">
                ${this.#renderHub('huggingFace', 'Hugging Face or a mirror', hubs.huggingFace)}
                ${this.#renderHub('github', 'GitHub files or a mirror', hubs.github)}
              </div>
            </details>`
      }
    `;
  }

  #renderRole(role: Role) {
    const choice = this.models[role];
    const value = choice.source === 'listed' ? choice.id : choice.source;
    return html`<label
      >${LABELS[role]}
      <select @change=${(event: Event) => this.#select(role, event)}>
        <option value="pocket" .selected=${value === 'pocket'}>pocket ${role}, no download</option>
        ${LISTED_MODELS.map(
          ({ id, label, approximateBytes }) =>
            html`<option value=${id} .selected=${value === id}>
              ${label}, about ${formatBytes(approximateBytes)}
            </option>`,
        )}
        <option value="repository" .selected=${value === 'repository'}>another repository</option>
      </select>
      ${
        choice.source === 'repository'
          ? html`<input
              type="text"
              class="repository"
              aria-label="Repository of the ${role}"
              placeholder=${EXAMPLE}
              .value=${`${choice.repository}@${choice.revision}/${choice.path}`}
              @input=${(event: Event) => this.#nameRepository(role, event)}
            />`
          : nothing
      }
    </label>`;
  }

  #renderHub(hub: keyof ModelsConfiguration['hubs'], label: string, address: string) {
    return html`<label
      >${label}
      <input
        type="url"
        placeholder=${PUBLIC_HUBS[hub]}
        .value=${address}
        @input=${(event: Event) => {
          const changed = { ...this.models.hubs, [hub]: textOf(event) || PUBLIC_HUBS[hub] };
          const parsed = v.safeParse(hubAddressesSchema, changed);
          if (parsed.success) this.#settle({ ...this.models, hubs: parsed.output });
          else this.#refuse(parsed.issues[0].message);
        }}
      />
    </label>`;
  }

  #select(role: Role, event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    if (value === 'repository') this.#choose(role, repositoryChoice(EXAMPLE));
    else if (value === 'pocket') this.#choose(role, { source: 'pocket' });
    else this.#choose(role, { source: 'listed', id: value });
  }

  #nameRepository(role: Role, event: Event): void {
    this.#choose(role, repositoryChoice(textOf(event)));
  }

  #choose(role: Role, wanted: unknown): void {
    const parsed = v.safeParse(modelChoiceSchema, wanted);
    if (!parsed.success) {
      this.#refuse(`${parsed.issues[0].message}. Write it as ${EXAMPLE}.`);
      return;
    }
    const other: Role = role === 'teacher' ? 'student' : 'teacher';
    const chosen = parsed.output;
    const companion: ModelChoice =
      (chosen.source === 'pocket') === (this.models[other].source === 'pocket')
        ? this.models[other]
        : chosen.source === 'pocket'
          ? chosen
          : { source: 'listed', id: COMPANIONS[other] };
    const models = { ...this.models, [other]: companion };
    this.#settle({ ...models, [role]: chosen });
  }

  /** What is written cannot be used: nobody should start a study on what was there before. */
  #refuse(problem: string): void {
    this.problem = problem;
    this.dispatchEvent(new CustomEvent('winnow-models', { detail: null }));
  }

  #settle(models: ModelsConfiguration): void {
    this.problem = '';
    this.dispatchEvent(new CustomEvent('winnow-models', { detail: models }));
  }
}

/** `owner/name@revision/path`, taken apart; whether the parts are possible is checked by the schema. */
function repositoryChoice(text: string): unknown {
  const [, repository = '', revision = '', path = ''] =
    /^([^@]*)@([^/]*)\/(.*)$/.exec(text.trim()) ?? [];
  return { source: 'repository', repository, revision, path };
}

function textOf(event: Event): string {
  return event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
}

customElements.define('winnow-model-choice', ModelChoiceElement);
