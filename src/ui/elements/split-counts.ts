/** `<winnow-split-counts>`: how many problems each split takes, by difficulty. */

import { css, html, LitElement } from 'lit';
import { SPLIT_NAMES, type SplitName } from '../../data/problem';
import type { SplitCounts } from '../../data/splits';
import { formatCount } from '../format';
import { base } from '../styles/base';
import { tables } from '../styles/tables';

const COLUMN_LABELS: Readonly<Record<SplitName, string>> = {
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
};

class SplitCountsElement extends LitElement {
  static override properties = { counts: { attribute: false } };

  static override styles = [
    base,
    tables,
    css`
      th,
      td {
        width: 25%;
      }
      table {
        font-size: var(--text-small);
      }
      tfoot > * > * {
        border-top: 1px solid var(--line-strong);
        font-weight: 650;
      }
    `,
  ];

  declare counts: SplitCounts;

  override render() {
    const { counts } = this;
    const difficulties = [
      ...new Set(SPLIT_NAMES.flatMap((split) => Object.keys(counts[split]).map(Number))),
    ]
      .filter((difficulty) => SPLIT_NAMES.some((split) => (counts[split][difficulty] ?? 0) > 0))
      .sort((first, second) => first - second);
    return html`<div class="scroll">
      <table>
        <caption>
          Problems by number of steps
        </caption>
        <thead>
          <tr>
            <th scope="col">Steps</th>
            ${SPLIT_NAMES.map((split) => html`<th scope="col">${COLUMN_LABELS[split]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${difficulties.map(
            (difficulty) =>
              html`<tr>
                <th scope="row">${difficulty === 0 ? 'none' : difficulty}</th>
                ${SPLIT_NAMES.map(
                  (split) => html`<td>${formatCount(counts[split][difficulty] ?? 0)}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            ${SPLIT_NAMES.map(
              (split) =>
                html`<td>
                  ${formatCount(
                    Object.values(counts[split]).reduce((sum, count) => sum + count, 0),
                  )}
                </td>`,
            )}
          </tr>
        </tfoot>
      </table>
    </div>`;
  }
}

customElements.define('winnow-split-counts', SplitCountsElement);
