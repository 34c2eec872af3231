/** `<winnow-study-list>`: the studies kept in this browser, and those just deleted, which can come back. */

import { css, html, LitElement } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StudyListing } from '../../worker/protocol';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './study-row';

class StudyListElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    sizes: { state: true },
    imported: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      li {
        padding: 0.6rem 0;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .deleted {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.35rem 1rem;
      }
      .import {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.35rem 1rem;
        margin-top: 0.75rem;
      }
      .import:focus-within .button {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      .deleted button {
        min-height: 2.1rem;
        padding: 0.2rem 0.75rem;
        font-size: 0.92rem;
      }
    `,
  ];

  declare service: StudyService;
  declare sizes: Readonly<Record<string, number>>;
  /** What became of the last import, as a sentence. */
  declare imported: string;
  /** The studies and states that `sizes` were asked for. */
  #measured = '';

  constructor() {
    super();
    this.sizes = {};
    this.imported = '';
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { studies, deleted } = this.service;
    const all = [...studies, ...deleted].toSorted((a, b) => b.createdAt - a.createdAt);
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Earlier studies</h2>
      ${
        all.length === 0
          ? html`<p class="soft">None yet. Every study is kept in this browser as it happens.</p>`
          : html`<ul>
              ${repeat(
                all,
                ({ studyId }) => studyId,
                (study) =>
                  html`<li>
                    ${study.deletedAt === undefined ? this.#renderStudy(study) : this.#renderDeleted(study)}
                  </li>`,
              )}
            </ul>`
      }
      <div class="import">
        <label class="button">
          ${icon('file')} Import a study
          <input
            class="visually-hidden"
            type="file"
            accept=".zip"
            ?disabled=${this.service.busy}
            @change=${(event: Event) => void this.#import(event)}
          />
        </label>
        <p class="small soft" role="status">${this.imported}</p>
      </div>
    </section>`;
  }

  override updated(): void {
    const { studies } = this.service;
    const measured = studies.map(({ studyId, status }) => `${studyId} ${status}`).join();
    if (measured === this.#measured) return;
    this.#measured = measured;
    void this.#measure();
  }

  #renderStudy(study: StudyListing) {
    return html`<winnow-study-row
      .service=${this.service}
      .study=${study}
      .bytes=${this.sizes[study.studyId] ?? null}
    ></winnow-study-row>`;
  }

  #renderDeleted({ studyId, name }: StudyListing) {
    return html`<div class="deleted">
      <p class="soft" role="status">${name} is deleted.</p>
      <button
        aria-label="Undo the deletion of ${name}"
        @click=${() => void this.service.shelf.undoRemove(studyId)}
      >
        Undo
      </button>
    </div>`;
  }

  async #import({ target }: Event): Promise<void> {
    if (!(target instanceof HTMLInputElement)) return;
    const file = target.files?.[0];
    // So that the same file can be chosen again.
    target.value = '';
    if (file === undefined) return;
    this.imported = `${file.name} is being checked.`;
    const name = await this.service.shelf.import(file);
    this.imported = name === null ? '' : `${name} is imported.`;
  }

  /** Sizes are an extra: a list without them is of use, and what is wrong shows elsewhere. */
  async #measure(): Promise<void> {
    this.sizes = await this.service.shelf.measure().catch(() => ({}));
  }
}

customElements.define('winnow-study-list', StudyListElement);
