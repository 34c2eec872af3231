/** `<winnow-data-summary>`: the problems a study took, by split and difficulty, and what was left out and why. */

import { css, html, LitElement, nothing } from 'lit';
import type { DataSummary } from '../../study/snapshot';
import { formatCount } from '../format';
import { base } from '../styles/base';
import './split-counts';

class DataSummaryElement extends LitElement {
  static override properties = { data: { attribute: false } };

  static override styles = [
    base,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      winnow-split-counts {
        max-width: 34rem;
      }
      .left-out {
        margin-top: 0.75rem;
      }
    `,
  ];

  declare data: DataSummary;

  override render() {
    const { difficulties, dropped } = this.data;
    const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
    if (difficulties === undefined && reasons.length === 0) return nothing;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Problems</h2>
      ${
        difficulties === undefined
          ? nothing
          : html`<winnow-split-counts .counts=${difficulties}></winnow-split-counts>`
      }
      ${
        reasons.length === 0
          ? nothing
          : html`<p class="small left-out">Left out:</p>
              <ul class="small soft">
                ${reasons.map(([reason, count]) => html`<li>${formatCount(count)}: ${reason}</li>`)}
              </ul>`
      }
    </section>`;
  }
}

customElements.define('winnow-data-summary', DataSummaryElement);
