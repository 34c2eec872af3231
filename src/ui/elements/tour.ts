/** `<winnow-tour>`: a short walk through the example study, one stop after the other, which can be left at any time. */

import { css, html, LitElement, nothing } from 'lit';
import { EXAMPLE_ID } from '../../study/example';
import { formatAddress } from '../address';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { rememberTourDismissed } from '../tour-memory';

interface Stop {
  /** Where the page is while this is said. */
  readonly address: string;
  readonly title: string;
  readonly text: string;
}

const example = (view: 'overview' | 'traces'): string =>
  formatAddress({ kind: 'study', studyId: EXAMPLE_ID, view });

const STOPS: readonly Stop[] = [
  {
    address: example('overview'),
    title: 'A finished study',
    text: 'This one ships with the page. Its result is at the top: the share of test problems that each student solves, and how sure the differences are.',
  },
  {
    address: example('overview'),
    title: 'Curves and filter',
    text: 'Below are the curves of the students while they learned, and what was thrown out of the teacher’s reasoning before.',
  },
  {
    address: example('traces'),
    title: 'What the teacher wrote',
    text: 'All its rationales are listed here. Choose a verdict or a reason, open a rationale, and see step by step what was kept, what was rejected and why.',
  },
  {
    address: formatAddress({ kind: 'home' }),
    title: 'Your turn',
    text: 'The demo study does all of this from the start, on your own computer, in a few minutes: press “Run the demo study”.',
  },
];

/** The stops change the page below, so nothing else is kept out of reach meanwhile. */
class TourElement extends LitElement {
  static override properties = { place: { state: true } };

  static override styles = [
    base,
    controls,
    css`
      section {
        position: fixed;
        right: max(1rem, env(safe-area-inset-right));
        bottom: max(1rem, env(safe-area-inset-bottom));
        z-index: 3;
        width: min(26rem, calc(100vw - 2rem));
        padding: 1rem 1.1rem;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: 0 0.5rem 2rem rgb(0 0 0 / 0.25);
      }
      section:focus {
        outline: none;
      }
      p {
        margin-top: 0.35rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: center;
        margin-top: 0.9rem;
      }
      .actions button:first-child {
        margin-right: auto;
      }
    `,
  ];

  /** The stop it is at; null while nobody takes it. */
  declare place: number | null;

  constructor() {
    super();
    this.place = null;
  }

  /** Begins, or begins again. */
  start(): void {
    void this.#go(0);
  }

  override render() {
    const stop = this.place === null ? undefined : STOPS[this.place];
    if (this.place === null || stop === undefined) return nothing;
    const isLast = this.place === STOPS.length - 1;
    return html`<section
      role="dialog"
      aria-labelledby="title"
      aria-describedby="text"
      tabindex="-1"
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      <p class="small soft">${this.place + 1} of ${STOPS.length}</p>
      <h2 id="title">${stop.title}</h2>
      <p id="text">${stop.text}</p>
      <div class="actions">
        <button class="quiet" @click=${() => this.#end()}>
          ${isLast ? 'Close' : 'Skip the tour'}
        </button>
        ${
          this.place === 0
            ? nothing
            : html`<button @click=${() => void this.#move(-1)}>${icon('back')} Back</button>`
        }
        ${
          isLast
            ? nothing
            : html`<button class="primary" @click=${() => void this.#move(1)}>
                Next ${icon('forward')}
              </button>`
        }
      </div>
    </section>`;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.#end();
    else if (event.key === 'ArrowRight') void this.#move(1);
    else if (event.key === 'ArrowLeft') void this.#move(-1);
    else return;
    // The view below has keys of its own.
    event.stopPropagation();
    event.preventDefault();
  }

  async #move(by: number): Promise<void> {
    const place = (this.place ?? 0) + by;
    if (place >= 0 && place < STOPS.length) await this.#go(place);
  }

  async #go(place: number): Promise<void> {
    this.place = place;
    const address = STOPS[place]?.address;
    if (address !== undefined && window.location.hash !== address) window.location.hash = address;
    await this.updateComplete;
    this.renderRoot.querySelector('section')?.focus();
  }

  #end(): void {
    this.place = null;
    rememberTourDismissed();
  }
}

customElements.define('winnow-tour', TourElement);

declare global {
  interface HTMLElementTagNameMap {
    'winnow-tour': TourElement;
  }
}
