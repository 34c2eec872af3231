/** `<winnow-trace-keys>`: the keys of the trace viewer, in a dialog that `?` opens. */

import { css, html, LitElement } from 'lit';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** Every key of the viewer; `trace-browser` carries them out. */
const KEYS: readonly (readonly [string, string])[] = [
  ['J', 'the next problem of the filtered list'],
  ['K', 'the one before'],
  ['N', 'the next rejected step, in this problem or a later one of the list'],
  ['G', 'the author’s solution, shown or hidden'],
  ['/', 'search'],
  ['Esc', 'back to the list'],
  ['?', 'this list'],
];

class TraceKeysElement extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: inline-block;
      }
      button {
        min-height: 2rem;
        padding: 0.1rem 0.7rem;
        font-size: var(--text-small);
      }
      dialog {
        width: min(30rem, calc(100vw - 2rem));
        padding: 1.3rem 1.5rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 35%);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.55rem 1rem;
        margin: 1rem 0 1.2rem;
      }
      kbd {
        display: inline-block;
        min-width: 2rem;
        padding: 0.05em 0.45em;
        border: 1px solid var(--line-strong);
        border-radius: 5px;
        font: inherit;
        font-size: 0.85em;
        text-align: center;
      }
    `,
  ];

  override render() {
    return html`<button
        type="button"
        class="quiet"
        aria-keyshortcuts="?"
        @click=${() => this.show()}
      >
        ${icon('keyboard')} Keys
      </button>
      <dialog aria-labelledby="title">
        <h2 id="title">Keys</h2>
        <dl>
          ${KEYS.map(
            ([key, meaning]) =>
              html`<dt><kbd>${key}</kbd></dt>
                <dd>${meaning}</dd>`,
          )}
        </dl>
        <form method="dialog"><button class="primary">Close</button></form>
      </dialog>`;
  }

  /** Opens the list of keys. */
  show(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog !== null && !dialog.open) dialog.showModal();
  }
}

customElements.define('winnow-trace-keys', TraceKeysElement);

declare global {
  interface HTMLElementTagNameMap {
    'winnow-trace-keys': TraceKeysElement;
  }
}
