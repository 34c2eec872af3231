/** `<winnow-trace-history>`: what happened to one problem, from the first sample to what is taught, as a list of events. */

import { css, html, LitElement } from 'lit';
import type { Trace } from '../../rationale/trace';
import { icon } from '../icons';
import { base } from '../styles/base';
import { traceHistory } from '../trace-history';

class TraceHistoryElement extends LitElement {
  static override properties = { trace: { attribute: false } };

  static override styles = [
    base,
    css`
      ol {
        display: grid;
        padding: 0.7rem 0.9rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
      }
      li {
        position: relative;
        padding: 0 0 0.6rem 1.6rem;
        font-size: var(--text-small);
      }
      li:last-child {
        padding-bottom: 0;
      }
      /* The line from one event to the next. */
      li:not(:last-child)::before {
        content: '';
        position: absolute;
        top: 1.3rem;
        bottom: 0;
        left: 0.5rem;
        border-left: 1px solid var(--line-strong);
      }
      .icon {
        position: absolute;
        top: 0.2rem;
        left: 0;
      }
      .good .icon {
        color: var(--kept);
      }
      .bad .icon {
        color: var(--rejected);
      }
      h3 {
        margin-bottom: 0.55rem;
      }
      strong {
        font-weight: 620;
      }
    `,
  ];

  declare trace: Trace;

  override render() {
    return html`<h3>What happened</h3>
      <ol aria-label="What happened">
        ${traceHistory(this.trace).map(
          ({ title, sentence, good }) =>
            html`<li class=${good === null ? '' : good ? 'good' : 'bad'}>
              ${icon(good === null ? 'file' : good ? 'check' : 'cross')}
              <strong>${title}.</strong> ${sentence}
            </li>`,
        )}
      </ol>`;
  }
}

customElements.define('winnow-trace-history', TraceHistoryElement);
