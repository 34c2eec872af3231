/** `<winnow-notice-choice>`: whether the browser notifies the visitor at the end of a study; nothing where it cannot. */

import { html, LitElement, nothing } from 'lit';
import { canNotify, wantNotice, wantsNotice } from '../completion-notice';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class NoticeChoiceElement extends LitElement {
  static override properties = { wanted: { state: true } };

  static override styles = [base, controls];

  declare wanted: boolean;

  constructor() {
    super();
    this.wanted = wantsNotice();
  }

  override render() {
    if (!canNotify()) return nothing;
    return html`<button
      class="quiet"
      aria-pressed=${this.wanted ? 'true' : 'false'}
      title="The browser notifies you when the study has ended and this tab is not in sight"
      @click=${() => void this.#toggle()}
    >
      ${icon(this.wanted ? 'check' : 'bell')}
      ${this.wanted ? 'Will notify you' : 'Notify me at the end'}
    </button>`;
  }

  async #toggle(): Promise<void> {
    this.wanted = await wantNotice(!this.wanted);
    this.requestUpdate();
  }
}

customElements.define('winnow-notice-choice', NoticeChoiceElement);
