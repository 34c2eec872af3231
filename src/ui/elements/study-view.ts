/** `<winnow-study-view>`: one study, with its controls and pipeline above either the overview or the rationales. */

import { css, html, LitElement, nothing } from 'lit';
import { ALL_TRACES, type TraceSelection } from '../../rationale/trace-listing';
import { EXCERPT_TRACES } from '../../study/archive/limits';
import { EXAMPLE_ID } from '../../study/example';
import { modelLabel } from '../../study/model-choice';
import type { StudySnapshot } from '../../study/snapshot';
import { formatAddress, type Address, type StudyView } from '../address';
import { formatCount, formatMoment } from '../format';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { STATUS_LABELS } from '../wording';
import { deviceLine } from './device-note';
import './notice-choice';
import './overview';
import type { SkipDetail } from './pipeline';
import './pipeline';
import './save-report';
import './test-browser';
import './trace-browser';

class StudyViewElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    address: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--gap);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-end;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
      }
      h1 {
        font-size: clamp(1.4rem, 3.5vw, 1.9rem);
      }
      h1 .badge {
        vertical-align: 0.25em;
        letter-spacing: 0;
      }
      .badge.done {
        background: var(--kept-soft);
        color: var(--kept);
      }
      .badge.running {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .badge.failed {
        background: var(--rejected-soft);
        color: var(--rejected);
      }
      .badge.paused {
        background: var(--grain-soft);
        color: var(--ink);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .message {
        padding: 0.7rem 1rem;
        border-left: 5px solid var(--grain);
      }
      progress {
        display: block;
        width: 100%;
        height: 0.5rem;
        margin-top: 0.5rem;
        accent-color: var(--accent);
      }
      .message.failed {
        border-left-color: var(--rejected);
      }
      nav {
        display: flex;
        gap: 0.25rem;
        border-bottom: 1px solid var(--line);
      }
      nav a {
        padding: 0.5rem 0.9rem;
        border-bottom: 3px solid transparent;
        margin-bottom: -1px;
        color: var(--ink-soft);
        font-weight: 600;
        text-decoration: none;
      }
      nav a[aria-current] {
        color: var(--ink);
        border-color: var(--accent);
      }
      @media (max-width: 30rem) {
        nav {
          gap: 0;
        }
        nav a {
          padding-inline: 0.55rem;
          font-size: 0.95rem;
        }
      }
      nav a:hover {
        color: var(--ink);
      }
    `,
  ];

  declare service: StudyService;
  declare address: Address;

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  #renderMessage({ status, message, loaded }: StudySnapshot) {
    return html`<div class="panel message ${status}" role="note">
      <p>${message}</p>
      ${
        status === 'running' && typeof loaded === 'number'
          ? html`<progress max="1" .value=${loaded} aria-label="Download"></progress>`
          : nothing
      }
    </div>`;
  }

  override render() {
    const study = this.service.shown;
    if (!study) {
      return html`<p class="soft" aria-busy="true">
        ${this.service.problem ? 'No study to show.' : 'Opening the study'}
      </p>`;
    }
    const view = this.address.kind === 'study' ? this.address.view : 'traces';
    return html`
      ${this.#renderHead(study)}
      ${
        study.studyId === EXAMPLE_ID
          ? html`<p class="panel message">
              This is the example that ships with the page: a demo study with its first
              ${formatCount(EXCERPT_TRACES)} rationales and without its models. It is not among your
              studies.
            </p>`
          : nothing
      }
      ${study.message ? this.#renderMessage(study) : nothing}
      ${
        study.status === 'running'
          ? html`<winnow-device-note .device=${study.device}></winnow-device-note>`
          : nothing
      }
      ${
        view !== 'overview' && study.status === 'done'
          ? nothing
          : html`<winnow-pipeline
              .snapshot=${study}
              ?controllable=${this.#runsHere(study)}
              @winnow-skip=${({ detail }: CustomEvent<SkipDetail>) =>
                void this.service.skipMethod(detail.method, detail.skips)}
            ></winnow-pipeline>`
      }
      <nav aria-label="Views of this study">
        ${this.#renderTab(study.studyId, 'overview', 'Overview', view)}
        ${this.#renderTab(study.studyId, 'traces', 'Rationales', view)}
        ${this.#renderTab(study.studyId, 'tests', 'Test answers', view)}
      </nav>
      ${this.#renderView(study, view)}
    `;
  }

  #renderView(study: StudySnapshot, view: StudyView) {
    const { address } = this;
    const opened = address.kind === 'trace' ? address : null;
    switch (view) {
      case 'traces':
        return html`<winnow-trace-browser
          .service=${this.service}
          .snapshot=${study}
          .problemId=${opened?.problemId ?? null}
          .place=${opened?.place ?? null}
          .list=${listOf(address)}
        ></winnow-trace-browser>`;
      case 'tests':
        return html`<winnow-test-browser
          .service=${this.service}
          .snapshot=${study}
          .problemId=${(address.kind === 'study' ? address.problemId : undefined) ?? null}
        ></winnow-test-browser>`;
      case 'overview':
        return html`<winnow-overview
          .service=${this.service}
          .snapshot=${study}
        ></winnow-overview>`;
      default:
        return view satisfies never;
    }
  }

  #renderHead(study: StudySnapshot) {
    const { teacher, student } = study.configuration.models;
    const status = this.#runsElsewhere(study) ? 'Runs in another tab' : STATUS_LABELS[study.status];
    return html`<div class="head">
      <div>
        <h1>
          ${study.name}
          <span class="badge ${this.#runsElsewhere(study) ? 'paused' : study.status}"
            >${status}</span
          >
        </h1>
        <p class="small soft">
          Preset ${study.configuration.preset}, seed ${study.configuration.seed},
          ${modelLabel(teacher)} teaches ${modelLabel(student)}, on ${deviceLine(study.device)}.
          Started ${formatMoment(study.createdAt)}.
        </p>
        ${
          study.status === 'running' && !this.#runsElsewhere(study)
            ? html`<p class="small soft">
                You can close this tab; the study goes on where it stopped.
              </p>`
            : nothing
        }
      </div>
      <div class="actions">${this.#renderActions(study)}</div>
    </div>`;
  }

  #renderActions(study: StudySnapshot) {
    const { service } = this;
    if (this.#runsHere(study)) {
      return html`<winnow-notice-choice></winnow-notice-choice>
        <button ?disabled=${service.busy} @click=${() => void service.pause()}>
          ${icon('pause')} ${service.pausing ? 'Saving' : 'Pause'}
        </button>
        <button
          ?disabled=${service.busy}
          title="Saves the study, stops it and goes back to the first screen"
          @click=${() => void this.#stop()}
        >
          ${icon('stop')} Stop
        </button>`;
    }
    if (study.status === 'done') {
      return html`<winnow-save-report .snapshot=${study}></winnow-save-report>`;
    }
    if (this.#runsElsewhere(study)) {
      return html`<button
        ?disabled=${service.busy || service.isRunning || !service.device}
        title="The other tab saves the study and stops; it goes on in this one"
        @click=${() => void service.resume(study.studyId)}
      >
        ${icon('play')} Go on here
      </button>`;
    }
    return html`<button
      class="primary"
      ?disabled=${service.busy || service.isRunning || !service.device}
      @click=${() => void service.resume(study.studyId)}
    >
      ${icon('play')} ${study.status === 'failed' ? 'Try again' : 'Go on'}
    </button>`;
  }

  #renderTab(studyId: string, view: StudyView, label: string, current: StudyView) {
    return html`<a
      href=${formatAddress({ kind: 'study', studyId, view })}
      aria-current=${view === current ? 'page' : nothing}
      >${label}</a
    >`;
  }

  #runsHere(study: StudySnapshot): boolean {
    return this.service.isRunning && this.service.live?.studyId === study.studyId;
  }

  /** It runs, and not in this page's worker. */
  #runsElsewhere(study: StudySnapshot): boolean {
    return study.status === 'running' && this.service.live?.studyId !== study.studyId;
  }

  async #stop(): Promise<void> {
    await this.service.pause();
    if (this.service.problem === '') window.location.hash = formatAddress({ kind: 'home' });
  }
}

/** What of the traces is listed. */
function listOf(address: Address): TraceSelection {
  const list = address.kind === 'study' || address.kind === 'trace' ? address.list : undefined;
  return list ?? ALL_TRACES;
}

customElements.define('winnow-study-view', StudyViewElement);
