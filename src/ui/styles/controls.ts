/** Buttons, fields and badges. */

import { css } from 'lit';

export const controls = css`
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45em;
    min-height: 2.4rem;
    padding: 0.35rem 0.95rem;
    border: 1px solid var(--line-strong);
    border-radius: 999px;
    background: var(--surface);
    color: var(--ink);
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: background-color 0.12s ease;
  }
  button:hover:not(:disabled),
  .button:hover {
    background: var(--sunken);
  }
  button:focus-visible,
  .button:focus-visible {
    border-radius: 999px;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  button.primary,
  .button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.primary:hover:not(:disabled),
  .button.primary:hover {
    background: var(--accent-strong);
  }
  button.quiet {
    border-color: transparent;
    background: none;
    color: var(--ink-soft);
  }
  button.quiet:hover:not(:disabled) {
    color: var(--ink);
    background: var(--sunken);
  }
  label {
    display: block;
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  input[type='text'],
  input[type='url'],
  input[type='search'],
  input[type='number'],
  select,
  textarea {
    display: block;
    width: 100%;
    min-height: 2.4rem;
    margin-top: 0.15rem;
    padding: 0.3rem 0.65rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
  }
  textarea {
    field-sizing: content;
    resize: vertical;
    line-height: 1.45;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 0.3em;
    padding: 0.05rem 0.55rem;
    border-radius: 999px;
    background: var(--sunken);
    color: var(--ink-soft);
    font-size: 0.8rem;
    font-weight: 550;
    white-space: nowrap;
  }
  .badge.kept,
  .badge.right {
    background: var(--kept-soft);
    color: var(--kept);
  }
  .badge.rejected,
  .badge.wrong {
    background: var(--rejected-soft);
    color: var(--rejected);
  }
  .badge.repaired {
    background: var(--repaired-soft);
    color: var(--repaired);
  }
`;
