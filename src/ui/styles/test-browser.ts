/** The test problems as a table of marks, below the one that is open. */

import { css } from 'lit';

export const testBrowser = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--gap);
  }
  form {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
    gap: 0.5rem 0.8rem;
    align-items: end;
    margin: 0.7rem 0 0.9rem;
  }
  form p {
    font-weight: 600;
  }
  article h2 {
    max-width: 46rem;
    font-size: 1.12rem;
    font-weight: 500;
    line-height: 1.5;
    letter-spacing: 0;
    overflow-wrap: anywhere;
  }
  article h3 {
    margin-top: 0.9rem;
  }
  article .cards {
    margin: 0.55rem 0 0.9rem;
  }
  thead th {
    min-width: 5.5rem;
    white-space: normal;
  }
  tbody th {
    min-width: 15rem;
    max-width: 34rem;
    white-space: normal;
    font-weight: 400;
  }
  tbody a {
    color: var(--ink);
    text-decoration-color: var(--line-strong);
  }
  .open > * {
    background: var(--accent-soft);
  }
  td.right {
    color: var(--kept);
  }
  td.wrong {
    color: var(--rejected);
  }
  /* Words for screen readers only would otherwise stand beside the page where the table is cut off. */
  .scroll {
    position: relative;
  }
  .more {
    margin-top: 0.8rem;
  }
`;
