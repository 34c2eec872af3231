/** How the conditions of the trace list are laid out: one line where there is room, folded where there is not. */

import { css } from 'lit';

export const traceFilters = css`
  form {
    display: grid;
    gap: 0.7rem;
    padding: 0.8rem 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
  }
  .first {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.6rem 1.4rem;
  }
  .search {
    position: relative;
    flex: 1 1 17rem;
  }
  .search .icon {
    position: absolute;
    top: 0.7rem;
    left: 0.7rem;
    pointer-events: none;
  }
  .search input {
    margin: 0;
    padding-left: 2.1rem;
    font-size: 0.95rem;
  }
  .order {
    display: flex;
    align-items: center;
    gap: 0.6rem;
  }
  .order select {
    margin: 0;
    color: var(--ink);
    font-size: 0.95rem;
  }
  .toggles {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem;
  }
  .toggles > span {
    margin-right: 0.25rem;
  }
  @media (max-width: 30rem) {
    .toggles > span {
      flex-basis: 100%;
    }
    .order {
      flex: 1;
    }
  }
  .toggles button {
    min-height: 2rem;
    padding: 0.1rem 0.65rem;
    border-color: var(--line);
    font-size: var(--text-small);
  }
  .toggles .icon {
    width: 13px;
    height: 13px;
    color: var(--tone);
  }
  .kept {
    --tone: var(--kept);
    --tone-soft: var(--kept-soft);
  }
  .rejected {
    --tone: var(--rejected);
    --tone-soft: var(--rejected-soft);
  }
  .repaired {
    --tone: var(--repaired);
    --tone-soft: var(--repaired-soft);
  }
  .toggles [aria-pressed='true'] {
    border-color: var(--tone);
    background: var(--tone-soft);
    color: var(--tone);
  }
  .count {
    min-width: 1ch;
    color: var(--ink-soft);
    font-weight: 400;
  }
  [aria-pressed='true'] .count {
    color: inherit;
  }
  .lists {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
    gap: 0.5rem 0.7rem;
    margin-top: 0.4rem;
  }
  .lists select {
    min-height: 2.1rem;
    padding-block: 0.15rem;
    font-size: 0.9rem;
    text-overflow: ellipsis;
  }
  .chosen {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  .found {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    min-height: 2rem;
  }
  .found [role='status'] {
    font-weight: 600;
  }
  .found button {
    min-height: 2rem;
    padding: 0.1rem 0.7rem;
    font-size: var(--text-small);
  }
  ::slotted(*) {
    margin-left: auto;
  }
`;
