/** `<winnow-model-choice>`: which teacher and student a study takes, and which hub they come from. */

import { css, html, LitElement, nothing } from 'lit';
import * as v from 'valibot';
import {
  t5ChoiceSchema,
  teacherChoiceSchema,
  type ModelsConfiguration,
  type T5Choice,
  type TeacherChoice,
} from '../../study/model-choice';
import { hubAddressesSchema, PUBLIC_HUBS } from '../../weights/hub/artefact';
import { LISTED_MODELS, listedModel, type ListedModel } from '../../weights/hub/manifest';
import { formatBytes, formatCount } from '../format';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './transformers-choice';
import { revisionOf, TRANSFORMERS_EXAMPLE } from './transformers-choice';

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
    service: { attribute: false },
    models: { attribute: false },
    problem: { state: true },
    picking: { state: true },
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

  declare service: StudyService;
  declare models: ModelsConfiguration;
  declare problem: string;
  /** Whose files are being chosen from the disk. */
  declare picking: Role | null;

  constructor() {
    super();
    this.problem = '';
    this.picking = null;
  }

  override render() {
    const { teacher, student, hubs } = this.models;
    const pocket = teacher.source === 'pocket' && student.source === 'pocket';
    return html`
      <div class="fields">${ROLES.map((role) => this.#renderRole(role))}</div>
      ${
        teacher.source === 'transformers'
          ? html`<winnow-transformers-choice
              .choice=${teacher}
              @winnow-transformers=${(event: CustomEvent<unknown>) =>
                this.#choose('teacher', event.detail)}
            ></winnow-transformers-choice>`
          : nothing
      }
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
        <option value="file" .selected=${value === 'file'}>a file on this computer</option>
        ${
          role === 'teacher'
            ? html`<option value="transformers" .selected=${value === 'transformers'}>
                any model of transformers.js
              </option>`
            : nothing
        }
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
      ${
        choice.source === 'listed'
          ? html`<span class="small soft">${describe(role, listedModel(choice.id))}</span>`
          : nothing
      }
      ${
        choice.source === 'file' || this.picking === role
          ? html`<input
                type="file"
                multiple
                accept=".gguf,.safetensors,.json"
                class="repository"
                aria-label="Files of the ${role}"
                ?disabled=${this.service.busy}
                @change=${(event: Event) => void this.#pick(role, event)}
              />
              <span class="small soft"
                >${
                  choice.source === 'file'
                    ? `${choice.name} is kept here.`
                    : 'A T5 v1.1 as GGUF, or as safetensors together with its config.json.'
                }</span
              >`
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
    this.picking = value === 'file' ? role : null;
    if (value === 'file') this.#refuse(`Choose the files of the ${role}.`);
    else if (value === 'transformers') this.#choose(role, TRANSFORMERS_EXAMPLE);
    else if (value === 'repository') this.#choose(role, repositoryChoice(EXAMPLE));
    else if (value === 'pocket') this.#choose(role, { source: 'pocket' });
    else this.#choose(role, { source: 'listed', id: value });
  }

  async #pick(role: Role, event: Event): Promise<void> {
    if (!(event.target instanceof HTMLInputElement)) return;
    const files = [...(event.target.files ?? [])];
    const weights = files.find(({ name }) => /\.(gguf|safetensors)$/i.test(name));
    const configuration = files.find(({ name }) => /\.json$/i.test(name)) ?? null;
    if (weights === undefined || files.length > (configuration === null ? 1 : 2)) {
      this.#refuse(
        'Choose one file that ends in .gguf or .safetensors, and config.json with the latter.',
      );
      return;
    }
    const imported = await this.service.importModel(weights, configuration);
    if (imported === null) {
      this.#refuse('The files were not taken; the reason is at the top of the page.');
      return;
    }
    this.picking = null;
    this.#choose(role, { source: 'file', ...imported });
  }

  #nameRepository(role: Role, event: Event): void {
    this.#choose(role, repositoryChoice(textOf(event)));
  }

  #choose(role: Role, wanted: unknown): void {
    if (role === 'teacher') {
      const parsed = v.safeParse(teacherChoiceSchema, wanted);
      if (parsed.success) this.#settle(withTeacher(this.models, parsed.output));
      else this.#refuse(`${parsed.issues[0].message}. Write it as ${this.#teacherExample}.`);
    } else {
      const parsed = v.safeParse(t5ChoiceSchema, wanted);
      if (parsed.success) this.#settle(withStudent(this.models, parsed.output));
      else this.#refuse(`${parsed.issues[0].message}. Write it as ${EXAMPLE}.`);
    }
  }

  get #teacherExample(): string {
    return this.models.teacher.source === 'transformers'
      ? revisionOf(TRANSFORMERS_EXAMPLE)
      : EXAMPLE;
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

/** What a listed model's weights take in its role, its licence, and what else should be known. */
function describe(role: Role, { parameters, gpuBytes, licence, note }: ListedModel): string {
  const millions = formatCount(Math.round(parameters / 1e6));
  const memory = `${formatBytes(gpuBytes[role])} of GPU memory ${role === 'teacher' ? 'to write' : 'to be trained'}, batches apart`;
  return `${millions} million parameters, ${memory}. Licence: ${licence}. ${note}`.trim();
}

/** The models with another teacher, and with another student where the two would share no vocabulary. */
function withTeacher(models: ModelsConfiguration, teacher: TeacherChoice): ModelsConfiguration {
  // Such a teacher is read as text, which every student can learn.
  if (teacher.source === 'transformers') return { ...models, teacher };
  return { ...models, teacher, student: fitting(models.student, teacher, 'student') };
}

function withStudent(models: ModelsConfiguration, student: T5Choice): ModelsConfiguration {
  const { teacher } = models;
  if (teacher.source === 'transformers') return { ...models, student };
  return { ...models, student, teacher: fitting(teacher, student, 'teacher') };
}

/** The present choice where it is of the same kind as the one chosen; otherwise the chosen one's companion. */
function fitting(present: T5Choice, chosen: T5Choice, role: Role): T5Choice {
  if ((present.source === 'pocket') === (chosen.source === 'pocket')) return present;
  return chosen.source === 'pocket' ? chosen : { source: 'listed', id: COMPANIONS[role] };
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
