/** Answers to the same problem side by side, each in a card with its method's colour. */

import { css, unsafeCSS } from 'lit';
import { methodRules } from '../method-marks';

export const answerCards = css`
  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 12.3rem), 1fr));
    gap: 0.7rem;
  }
  .card {
    padding: 0.7rem 0.85rem 0.8rem;
    border: 1px solid var(--line);
    border-top: 3px solid var(--method, var(--line-strong));
    border-radius: var(--radius-small);
    background: var(--surface);
    font-size: 0.92rem;
  }
  .card h4 {
    font-weight: 620;
    line-height: 1.3;
  }
  .card .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 0.6rem;
    margin: 0.3rem 0 0.5rem;
  }
  ${unsafeCSS(methodRules('--method'))}
`;
