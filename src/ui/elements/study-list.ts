/** `<winnow-study-list>`: the studies kept in this browser, to open, go on with or delete. */

import { css, html, LitElement } from 'lit';
import type { StudyListing } from '../../worker/protocol';
import { formatAddress } from '../address';
import { formatMoment } from '../format';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { STATUS_LABELS } from '../wording';

class StudyListElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    confirming: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.35rem 1rem;
        padding: 0.6rem 0;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .name {
        flex: 1 1 12rem;
      }
      .name a {
        font-weight: 600;
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
  declare confirming: string;

  constructor() {
    super();
    this.confirming = '';
    new ServiceController(this, () => this.service);
  }

  override render() {
    const studies = this.service.studies.toSorted((a, b) => b.createdAt - a.createdAt);
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Earlier studies</h2>
      ${
        studies.length === 0
          ? html`<p class="soft">None yet. Every study is kept in this browser as it happens.</p>`
          : html`<ul>
              ${studies.map((study) => this.#renderStudy(study))}
            </ul>`
      }
    </section>`;
  }

  #renderStudy(study: StudyListing) {
    const { service } = this;
    const running = service.isRunning && service.live?.studyId === study.studyId;
    const status = running
      ? 'Running'
      : study.status === 'running'
        ? 'Runs in another tab'
        : STATUS_LABELS[study.status];
    const address = formatAddress({ kind: 'study', studyId: study.studyId, view: 'overview' });
    return html`<li>
      <p class="name">
        <a href=${address}>${study.name}</a>
        <span class="badge">${status}</span><br />
        <span class="small soft">${study.preset}, ${formatMoment(study.createdAt)}</span>
      </p>
      <div class="actions">
        ${
          study.status === 'done' || running
            ? ''
            : html`<button
                ?disabled=${service.busy || service.isRunning || !service.device}
                aria-label="Go on with ${study.name}"
                @click=${() => this.#resume(study.studyId)}
              >
                ${icon('play')} Go on
              </button>`
        }
        ${
          this.confirming === study.studyId
            ? html`<button @click=${() => void this.#remove(study.studyId)}>Really delete</button>
                <button class="quiet" @click=${() => (this.confirming = '')}>Keep</button>`
            : html`<button
                class="quiet"
                ?disabled=${service.busy || running}
                aria-label="Delete ${study.name}"
                @click=${() => (this.confirming = study.studyId)}
              >
                ${icon('remove')} Delete
              </button>`
        }
      </div>
    </li>`;
  }

  #resume(studyId: string): void {
    this.dispatchEvent(new CustomEvent('winnow-resume', { detail: studyId }));
  }

  async #remove(studyId: string): Promise<void> {
    this.confirming = '';
    await this.service.remove(studyId);
  }
}

customElements.define('winnow-study-list', StudyListElement);
