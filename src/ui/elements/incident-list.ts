/** `<winnow-incident-list>`: what went wrong in a study and was overcome, kept with it. */

import { css, html, LitElement } from 'lit';
import type { Incident } from '../../study/snapshot';
import { formatMoment } from '../format';
import { base } from '../styles/base';

class IncidentListElement extends LitElement {
  static override properties = { incidents: { attribute: false } };

  static override styles = [
    base,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      ul {
        max-height: 14rem;
        overflow-y: auto;
        font-size: 0.92rem;
      }
      li {
        padding: 0.25rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare incidents: readonly Incident[];

  override render() {
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">What went wrong and was overcome</h2>
      <ul tabindex="0" aria-label="Incidents, the latest first">
        ${this.incidents
          .toReversed()
          .map(
            ({ at, sentence }) =>
              html`<li><span class="small soft">${formatMoment(at)}</span> ${sentence}</li>`,
          )}
      </ul>
    </section>`;
  }
}

customElements.define('winnow-incident-list', IncidentListElement);
