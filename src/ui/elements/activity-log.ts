/** `<winnow-activity-log>`: what the worker did, in plain sentences, the latest first. */

import { css, html, LitElement } from 'lit';
import type { LogLine } from '../../worker/client';
import { formatClock } from '../format';
import { base } from '../styles/base';

class ActivityLogElement extends LitElement {
  static override properties = { lines: { attribute: false } };

  static override styles = [
    base,
    css`
      h2 {
        margin-bottom: 0.5rem;
      }
      ol {
        max-height: 16rem;
        overflow-y: auto;
        font-size: 0.92rem;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.9rem;
        padding: 0.2rem 0;
      }
      time {
        color: var(--ink-soft);
        font-size: var(--text-small);
        font-variant-numeric: tabular-nums;
        line-height: 1.65;
      }
      .sentence {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare lines: readonly LogLine[];

  override render() {
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Activity</h2>
      ${
        this.lines.length === 0
          ? html`<p class="soft">Nothing has happened since this page was opened.</p>`
          : html`<ol tabindex="0" aria-label="Activity, the latest first">
              ${this.lines.toReversed().map(
                (line) =>
                  html`<li>
                    <time datetime=${new Date(line.at).toISOString()}>${formatClock(line.at)}</time>
                    <span class="sentence">${line.sentence}</span>
                  </li>`,
              )}
            </ol>`
      }
    </section>`;
  }
}

customElements.define('winnow-activity-log', ActivityLogElement);
