/** `<winnow-start-screen>`: what this is, what it will run on, and one button that starts the demo study. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import type { StudyListing } from '../../worker/protocol';
import type { ProblemFile } from '../../data/file-layout';
import { formatAddress, type Address } from '../address';
import { formatMoment } from '../format';
import { icon } from '../icons';
import { chosenConfiguration, PRIMARY_PRESET } from '../preset-choices';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import './device-note';
import './download-list';
import './example-offer';
import './example-rationale';
import './study-list';
import './study-options';

export interface StartDetail {
  readonly configuration: StudyConfiguration;
  readonly files?: readonly ProblemFile[];
}

export class StartScreenElement extends LitElement {
  static override properties = { service: { attribute: false }, address: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: clamp(1.5rem, 4vw, 2.5rem);
      }
      .hero {
        display: grid;
        gap: clamp(1.5rem, 4vw, 3rem);
        align-items: center;
        padding: clamp(0.5rem, 3vw, 2rem) 0 0;
      }
      h1 {
        font-size: clamp(1.8rem, 5vw, 2.9rem);
        letter-spacing: -0.028em;
        line-height: 1.12;
      }
      .lead {
        margin: 1rem 0 1.4rem;
        font-size: clamp(1.02rem, 2vw, 1.15rem);
        color: var(--ink-soft);
        max-width: 36rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem 1rem;
      }
      .large {
        min-height: 3.1rem;
        padding: 0.5rem 1.6rem;
        font-size: 1.08rem;
      }
      winnow-device-note {
        margin-top: 1rem;
      }
      .go-on {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
        border-left: 5px solid var(--grain);
      }
      .go-on p {
        flex: 1 1 18rem;
      }
      .columns > * {
        min-width: 0;
      }
      .columns,
      .stack {
        display: grid;
        gap: var(--gap);
        align-items: start;
      }
      @media (min-width: 60rem) {
        .hero {
          grid-template-columns: minmax(0, 1.08fr) minmax(0, 1fr);
        }
        .columns {
          grid-template-columns: minmax(0, 1.08fr) minmax(0, 1fr);
          gap: 1.5rem;
        }
      }
    `,
  ];

  declare service: StudyService;
  declare address: Address;

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { service } = this;
    return html`
      ${this.#renderGoOn()}
      <section class="hero" aria-labelledby="title">
        <div>
          <h1 id="title">Teach a small model to reason, in this tab</h1>
          <p class="lead">
            A larger T5 model, the teacher, writes out its reasoning, and Winnow checks every step
            and throws out what does not hold. A small T5, the student, trains on the rest right
            here on your own computer, next to two simpler methods for comparison.
          </p>
          <div class="actions">
            ${
              service.isRunning && service.live
                ? html`<a
                    class="button primary large"
                    href=${formatAddress({
                      kind: 'study',
                      studyId: service.live.studyId,
                      view: 'overview',
                    })}
                    >Show the running study</a
                  >`
                : html`<button
                    class="primary large"
                    ?disabled=${!service.device || service.busy}
                    @click=${() => void this.#runPrimary()}
                  >
                    ${icon('play')} Run the demo study
                  </button>`
            }
            <p class="small soft">Nothing to download, nothing is uploaded.</p>
          </div>
          <winnow-device-note .device=${service.device}></winnow-device-note>
        </div>
        <winnow-example-rationale></winnow-example-rationale>
      </section>
      <winnow-example-offer></winnow-example-offer>
      <div class="columns">
        <winnow-study-options
          .service=${service}
          .address=${this.address}
          @winnow-start=${(event: CustomEvent<StartDetail>) => void this.#start(event.detail)}
        ></winnow-study-options>
        <div class="stack">
          <winnow-study-list
            .service=${service}
            @winnow-resume=${(event: CustomEvent<string>) => void this.#resume(event.detail)}
          ></winnow-study-list>
          <winnow-download-list .service=${service}></winnow-download-list>
        </div>
      </div>
    `;
  }

  #renderGoOn() {
    const study = this.service.unfinished[0];
    if (!study || this.service.isRunning) return nothing;
    return html`<section class="panel go-on" aria-label="Unfinished study">
      <p>
        <strong>${study.name}</strong> has not reached its report yet.
        <span class="soft">
          Started ${formatMoment(study.createdAt)}; it goes on exactly where it stopped.
        </span>
      </p>
      <button
        class="primary"
        ?disabled=${!this.service.device || this.service.busy}
        @click=${() => void this.#resume(study.studyId)}
      >
        ${icon('play')} Go on with it
      </button>
    </section>`;
  }

  async #runPrimary(): Promise<void> {
    await this.#start({ configuration: chosenConfiguration(PRIMARY_PRESET, null) });
  }

  async #start(detail: StartDetail): Promise<void> {
    openStudy(await this.service.start(detail.configuration, detail.files));
  }

  async #resume(studyId: StudyListing['studyId']): Promise<void> {
    openStudy(await this.service.resume(studyId));
  }
}

function openStudy(studyId: string | null): void {
  if (studyId === null) return;
  window.location.hash = formatAddress({ kind: 'study', studyId, view: 'overview' });
}

customElements.define('winnow-start-screen', StartScreenElement);
