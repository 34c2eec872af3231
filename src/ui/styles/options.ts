/** How the options of a study are laid out. */

import { css } from 'lit';

export const options = css`
  h2 {
    margin-bottom: 0.75rem;
  }
  .presets {
    display: grid;
    gap: 0.5rem;
    padding: 0;
    margin: 0 0 1rem;
    border: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 0.35rem;
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .preset {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.1rem 0.6rem;
    padding: 0.6rem 0.8rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    color: var(--ink);
    font-size: 1rem;
    cursor: pointer;
  }
  .preset:has(:checked) {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  .preset:has(:focus-visible) {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
  }
  .preset input {
    margin: 0.3rem 0 0;
    accent-color: var(--accent);
    outline: none;
  }
  .preset strong {
    text-transform: capitalize;
    font-weight: 600;
  }
  .preset span {
    grid-column: 2;
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
    gap: 0.75rem;
    margin-bottom: 1rem;
  }
  .problems {
    display: block;
    margin: 0.75rem 0 1rem;
  }
  .planned {
    margin-top: 1rem;
  }
  .error {
    color: var(--rejected);
  }
  .start p {
    flex: 1 1 14rem;
  }
  .start {
    margin-top: 1rem;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
  }
`;
