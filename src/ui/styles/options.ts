/** How the options of a study are laid out. */

import { css } from 'lit';

/** Settings in as many columns as there is room for. */
export const settingGrid = css`
  .settings {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
    gap: 1rem 1.4rem;
    align-items: start;
  }
`;

export const options = css`
  h2 {
    margin-bottom: 0.75rem;
  }
  .groups {
    margin: 1rem 0;
    border-top: 1px solid var(--line);
  }
  .groups > * {
    border-bottom: 1px solid var(--line);
  }
  .run-on {
    margin-bottom: 1rem;
  }
  .differs {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 0.9rem;
    margin-top: 1rem;
    padding: 0.5rem 0.8rem;
    border-radius: var(--radius-small);
    background: var(--grain-soft);
  }
  .differs p {
    flex: 1 1 14rem;
  }
  .differs button {
    min-height: 2rem;
    font-size: var(--text-small);
  }
  .unusable {
    margin-bottom: 1rem;
    padding: 0.6rem 0.8rem;
    border: 1px solid var(--rejected);
    border-radius: var(--radius-small);
    background: var(--rejected-soft);
    overflow-wrap: anywhere;
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
