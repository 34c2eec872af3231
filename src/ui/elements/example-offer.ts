/** `<winnow-example-offer>`: the finished study that ships with the page, to look at before anything was trained, and a tour through it. */

import { css, html, LitElement } from 'lit';
import { EXAMPLE_ID } from '../../study/example';
import { formatAddress } from '../address';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { rememberTourDismissed, tourWasDismissed } from '../tour-memory';

class ExampleOfferElement extends LitElement {
  static override properties = { dismissed: { state: true } };

  static override styles = [
    base,
    controls,
    css`
      .panel {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem 1.5rem;
        border-left: 5px solid var(--grain);
      }
      p {
        flex: 1 1 18rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
    `,
  ];

  declare dismissed: boolean;

  constructor() {
    super();
    this.dismissed = tourWasDismissed();
  }

  override render() {
    const address = formatAddress({ kind: 'study', studyId: EXAMPLE_ID, view: 'overview' });
    return html`<section class="panel" aria-label="Example">
      <p>
        A finished study is here already: look at its result, its curves and what was thrown out of
        the teacher’s reasoning.
      </p>
      <div class="actions">
        <a class="button" href=${address}>Look at the example</a>
        ${
          this.dismissed
            ? html`<button class="quiet" @click=${() => this.#tour()}>Show me around</button>`
            : html`<button @click=${() => this.#tour()}>Show me around</button>
                <button class="quiet" @click=${() => this.#dismiss()}>No, thanks</button>`
        }
      </div>
    </section>`;
  }

  #tour(): void {
    this.dispatchEvent(new CustomEvent('winnow-tour', { bubbles: true, composed: true }));
  }

  #dismiss(): void {
    rememberTourDismissed();
    this.dismissed = true;
  }
}

customElements.define('winnow-example-offer', ExampleOfferElement);
