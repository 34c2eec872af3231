/** `<winnow-study-row>`: one study of the list, to open, go on with, rename, duplicate, export or delete. */

import { css, html, LitElement, nothing } from 'lit';
import { LONGEST_STUDY_NAME } from '../../study/name';
import type { StudyListing } from '../../worker/protocol';
import { formatAddress } from '../address';
import { formatBytes, formatMoment } from '../format';
import { icon } from '../icons';
import { saveFile } from '../save-file';
import { setupAddress } from '../setup-address';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { STATUS_LABELS } from '../wording';

class StudyRowElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    study: { attribute: false },
    bytes: { attribute: false },
    renaming: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.35rem 1rem;
      }
      .name {
        flex: 1 1 12rem;
        overflow-wrap: anywhere;
      }
      .name a {
        font-weight: 600;
      }
      form {
        flex: 1 1 12rem;
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.35rem;
      }
      form label {
        flex: 1 1 10rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
      }
      button {
        min-height: 2.1rem;
        padding: 0.2rem 0.75rem;
        font-size: 0.92rem;
      }
    `,
  ];

  declare service: StudyService;
  declare study: StudyListing;
  /** About what it takes; null while that is not known. */
  declare bytes: number | null;
  declare renaming: boolean;

  constructor() {
    super();
    this.bytes = null;
    this.renaming = false;
    new ServiceController(this, () => this.service);
  }

  override render() {
    return html`${this.renaming ? this.#renderForm() : this.#renderName()}
      <div class="actions">${this.renaming ? nothing : this.#renderActions()}</div>`;
  }

  #renderName() {
    const { study, bytes } = this;
    const status = this.#isRunning
      ? 'Running'
      : study.status === 'running'
        ? 'Runs in another tab'
        : STATUS_LABELS[study.status];
    const address = formatAddress({ kind: 'study', studyId: study.studyId, view: 'overview' });
    const size = bytes === null ? '' : `, about ${formatBytes(bytes)}`;
    return html`<p class="name">
      <a href=${address}>${study.name}</a>
      <span class="badge">${status}</span><br />
      <span class="small soft">${study.preset}, ${formatMoment(study.createdAt)}${size}</span>
    </p>`;
  }

  #renderForm() {
    return html`<form
      @submit=${(event: SubmitEvent) => void this.#rename(event)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape') this.#endRenaming();
      }}
    >
      <label
        >New name
        <input
          type="text"
          required
          maxlength=${LONGEST_STUDY_NAME}
          autocomplete="off"
          .value=${this.study.name}
        />
      </label>
      <button>Rename</button>
      <button type="button" class="quiet" @click=${() => this.#endRenaming()}>Cancel</button>
    </form>`;
  }

  #renderActions() {
    const { service, study } = this;
    const { name } = study;
    return html`${
        study.status === 'done' || this.#isRunning
          ? nothing
          : html`<button
              ?disabled=${service.busy || service.isRunning || !service.device}
              aria-label="Go on with ${name}"
              @click=${() => this.#resume()}
            >
              ${icon('play')} Go on
            </button>`
      }
      <button
        class="quiet rename"
        ?disabled=${service.busy}
        aria-label="Rename ${name}"
        @click=${() => void this.#beginRenaming()}
      >
        Rename
      </button>
      <button
        class="quiet"
        ?disabled=${service.busy}
        aria-label="Duplicate ${name}"
        title="Sets up another study with the same configuration, to change and start"
        @click=${() => void this.#duplicate()}
      >
        Duplicate
      </button>
      <button
        class="quiet"
        ?disabled=${service.busy || study.status === 'running' || this.#isRunning}
        aria-label="Export ${name}"
        title="Everything of this study in one file, to keep or to open in another browser"
        @click=${() => void this.#export()}
      >
        ${icon('save')} Export
      </button>
      <button
        class="quiet"
        ?disabled=${service.busy || this.#isRunning}
        aria-label="Delete ${name}"
        @click=${() => void service.remove(study.studyId)}
      >
        ${icon('remove')} Delete
      </button>`;
  }

  get #isRunning(): boolean {
    return this.service.isRunning && this.service.live?.studyId === this.study.studyId;
  }

  #resume(): void {
    const { studyId } = this.study;
    this.dispatchEvent(
      new CustomEvent('winnow-resume', { detail: studyId, bubbles: true, composed: true }),
    );
  }

  async #duplicate(): Promise<void> {
    const configuration = await this.service.shelf.configuration(this.study.studyId);
    if (configuration !== null) window.location.hash = formatAddress(setupAddress(configuration));
  }

  async #export(): Promise<void> {
    const saved = await this.service.shelf.export(this.study.studyId);
    if (saved !== null) saveFile(saved.content, saved.name);
  }

  async #beginRenaming(): Promise<void> {
    this.renaming = true;
    await this.updateComplete;
    this.renderRoot.querySelector('input')?.select();
  }

  /** Whoever came with the keyboard is where they were. */
  #endRenaming(): void {
    this.renaming = false;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLButtonElement>('.rename')?.focus(),
    );
  }

  async #rename(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const name = this.renderRoot.querySelector('input')?.value.trim() ?? '';
    if (name === '') return;
    if (name !== this.study.name) await this.service.shelf.rename(this.study.studyId, name);
    this.#endRenaming();
  }
}

customElements.define('winnow-study-row', StudyRowElement);
