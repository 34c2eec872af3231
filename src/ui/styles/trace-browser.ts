/** The trace list beside the open trace where there is room, one in place of the other where there is not. */

import { css } from 'lit';

export const traceBrowser = css`
  :host,
  .columns {
    display: grid;
    gap: var(--gap);
    align-items: start;
  }
  .columns > * {
    min-width: 0;
  }
  .tools {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem;
  }
  .hint {
    padding: 3rem 1rem;
    text-align: center;
    color: var(--ink-soft);
  }
  kbd {
    padding: 0.05em 0.45em;
    border: 1px solid var(--line-strong);
    border-radius: 5px;
    font: inherit;
    font-size: 0.85em;
  }
  @media (max-width: 63.99rem) {
    .open.list,
    .open .list,
    .hint {
      display: none;
    }
  }
  @media (min-width: 64rem) {
    .columns {
      grid-template-columns: minmax(19rem, 1fr) minmax(0, 2.3fr);
    }
    .columns .list {
      position: sticky;
      top: 0.75rem;
    }
  }
`;
