/** Tables of numbers, which scroll inside their own frame on narrow screens. */

import { css } from 'lit';

export const tables = css`
  .scroll {
    overflow-x: auto;
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  caption {
    text-align: left;
    color: var(--ink-soft);
    font-size: var(--text-small);
    padding-bottom: 0.4rem;
  }
  th,
  td {
    padding: 0.42rem 0.6rem;
    text-align: right;
    vertical-align: baseline;
    font-weight: 400;
  }
  td {
    white-space: nowrap;
  }
  th:first-child,
  td:first-child {
    text-align: left;
    padding-left: 0.2rem;
  }
  thead th {
    color: var(--ink-soft);
    font-size: var(--text-small);
    border-bottom: 1px solid var(--line-strong);
    vertical-align: bottom;
  }
  tbody tr + tr > * {
    border-top: 1px solid var(--line);
  }
  tbody th {
    font-weight: 550;
  }
  tbody .group th {
    padding-top: 1.1rem;
    font-weight: 650;
    text-align: left;
    border-top: none;
    border-bottom: 1px solid var(--line-strong);
  }
  .interval {
    display: block;
    color: var(--ink-soft);
    font-size: 0.78rem;
    font-weight: 400;
  }
  @media (min-width: 48rem) {
    tbody th {
      white-space: nowrap;
    }
    tbody .group th {
      white-space: normal;
    }
  }
  @media (max-width: 30rem) {
    th,
    td {
      padding-inline: 0.2rem;
    }
    table {
      font-size: 0.84rem;
    }
    .interval {
      font-size: 0.72rem;
    }
  }
  .best {
    font-weight: 700;
  }
`;
