/** `<winnow-app>`: the frame around every view, with the header, the messages and the live region. */

import { css, html, LitElement, nothing } from 'lit';
import type { Address } from '../address';
import { formatAddress } from '../address';
import { formatBytes } from '../format';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { STAGE_WORDING, STATE_LABELS } from '../wording';
import { STAGE_NAMES, type StudySnapshot } from '../../study/snapshot';
import './device-note';
import './start-screen';
import './study-view';
import './tour';

export class AppElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    address: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      :host {
        min-height: 100vh;
        display: flex;
        flex-direction: column;
      }
      .skip {
        position: absolute;
        left: -100vw;
      }
      .skip:focus {
        left: 1rem;
        top: 0.5rem;
        z-index: 2;
        background: var(--surface);
      }
      .frame {
        width: min(100%, 84rem);
        margin: 0 auto;
        padding: 0 clamp(0.85rem, 3vw, 2rem);
      }
      header .frame {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.4rem 1.5rem;
        padding-top: 0.9rem;
        padding-bottom: 0.9rem;
      }
      .brand {
        display: inline-flex;
        align-items: center;
        gap: 0.6rem;
        color: var(--ink);
        font-size: 1.2rem;
        font-weight: 680;
        letter-spacing: -0.02em;
        text-decoration: none;
      }
      main.frame {
        flex: 1;
        padding-top: 0.5rem;
        padding-bottom: 3rem;
      }
      main:focus {
        outline: none;
      }
      .problem {
        display: flex;
        gap: 0.75rem;
        align-items: flex-start;
        margin-bottom: var(--gap);
        padding: 0.75rem 1rem;
        border: 1px solid var(--rejected);
        border-radius: var(--radius);
        background: var(--rejected-soft);
      }
      .problem p {
        flex: 1;
        overflow-wrap: anywhere;
      }
      .problem .icon {
        flex: none;
        margin-top: 0.25rem;
        color: var(--rejected);
      }
      .problem button {
        flex: none;
        min-height: 2rem;
      }
      footer {
        border-top: 1px solid var(--line);
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      footer .frame {
        padding-top: 1rem;
        padding-bottom: 1.5rem;
      }
    `,
  ];

  declare service: StudyService;
  declare address: Address;
  #spoken = '';

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { service } = this;
    return html`
      <header>
        <div class="frame">
          <button class="skip" @click=${() => this.#skip()}>Skip to the content</button>
          <a class="brand" href=${formatAddress({ kind: 'home' })}>
            <img src="./favicon.svg" alt="" width="30" height="30" />Winnow
          </a>
          <winnow-device-note .device=${service.device} compact></winnow-device-note>
        </div>
      </header>
      <main id="main" class="frame" tabindex="-1">
        ${
          service.problem
            ? html`<div class="problem" role="alert">
                ${icon('warning')}
                <p>${service.problem}</p>
                <button class="quiet" @click=${() => service.dismissProblem()}>Dismiss</button>
              </div>`
            : nothing
        }
        ${
          this.address.kind === 'home' || this.address.kind === 'setup'
            ? html`<winnow-start-screen
                .service=${service}
                .address=${this.address}
                @winnow-tour=${() => this.#tour()}
              ></winnow-start-screen>`
            : html`<winnow-study-view
                .service=${service}
                .address=${this.address}
              ></winnow-study-view>`
        }
      </main>
      <footer>
        <div class="frame">
          <p>
            Everything runs and stays in this browser; nothing is uploaded.
            ${
              service.usage
                ? html`Studies use ${formatBytes(service.usage.bytes)} of its
                  storage${
                    service.usage.persisted
                      ? ', which it will not clear by itself'
                      : ', which it may clear when the disk is nearly full'
                  }.`
                : nothing
            }
          </p>
        </div>
      </footer>
      <div class="visually-hidden" role="status" aria-live="polite">${this.#spoken}</div>
      <winnow-tour></winnow-tour>
    `;
  }

  override willUpdate(): void {
    if (this.service.live) this.#spoken = spokenState(this.service.live);
  }

  #tour(): void {
    this.renderRoot.querySelector('winnow-tour')?.start();
  }

  /** A button, because a link would change the address, which belongs to the views. */
  #skip(): void {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }
}

/** One sentence that changes only when a stage or the study changes state, for the live region. */
function spokenState(snapshot: StudySnapshot): string {
  if (snapshot.status !== 'running') return `The study is ${snapshot.status}. ${snapshot.message}`;
  const stage = STAGE_NAMES.find((name) => snapshot.stages[name].state === 'running');
  if (!stage) return 'The study is running.';
  return `${STAGE_WORDING[stage].label}: ${STATE_LABELS.running.toLowerCase()}. ${STAGE_WORDING[stage].explanation}`;
}

customElements.define('winnow-app', AppElement);

declare global {
  interface HTMLElementTagNameMap {
    'winnow-app': AppElement;
  }
}
