/** `<winnow-comparison-tables>`: the tables of a finished study's report. */

import { css, html, LitElement, nothing } from 'lit';
import type { Report } from '../../study/report';
import type { ReportTable, TableGroup } from '../report/report-table';
import { reportTables } from '../report/report-tables';
import { base } from '../styles/base';
import { tables } from '../styles/tables';

class ComparisonTablesElement extends LitElement {
  static override properties = { report: { attribute: false } };

  static override styles = [
    base,
    tables,
    css`
      .grid {
        display: grid;
        gap: var(--gap);
      }
      section {
        min-width: 0;
      }
      h2 {
        margin-bottom: 0.25rem;
      }
      .explanation {
        max-width: 46rem;
        margin-bottom: 0.7rem;
      }
      /* Labels of methods are long: they wrap where a table would not fit otherwise, but not word by word. */
      tbody th {
        min-width: 8.5rem;
        white-space: normal;
      }
      @media (min-width: 64rem) {
        .grid {
          grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr);
          /* What the first card is longer by goes to the second of its neighbours. */
          grid-template-rows: auto 1fr;
        }
        section:first-child {
          grid-row: span 2;
        }
        section:nth-child(n + 4) {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  declare report: Report;

  override render() {
    return html`<div class="grid">${reportTables(this.report).map(renderTable)}</div>`;
  }
}

function renderTable(table: ReportTable, index: number) {
  const id = `table-${index}`;
  return html`<section class="panel" aria-labelledby=${id}>
    <h2 id=${id}>${table.title}</h2>
    <p class="explanation small soft">${table.explanation}</p>
    <div class="scroll" role="group" aria-labelledby=${id} tabindex="0">
      <table>
        <thead>
          <tr>
            <td></td>
            ${table.columns.map((column) => html`<th scope="col">${column}</th>`)}
          </tr>
        </thead>
        ${table.groups.map((group) => renderGroup(group, table.columns.length))}
      </table>
    </div>
  </section>`;
}

function renderGroup(group: TableGroup, columns: number) {
  return html`<tbody>
    ${
      group.heading
        ? html`<tr class="group">
            <th colspan=${columns + 1} scope="rowgroup" title=${group.explanation ?? nothing}>
              ${group.heading}
              <span class="interval">${group.explanation}</span>
            </th>
          </tr>`
        : nothing
    }
    ${group.rows.map(
      (row) =>
        html`<tr>
          <th scope="row">${row.label}</th>
          ${row.cells.map(
            (cell) =>
              html`<td class=${cell.best ? 'best' : nothing}>
                ${cell.text}${cell.note ? html`<span class="interval">${cell.note}</span>` : nothing}
              </td>`,
          )}
        </tr>`,
    )}
  </tbody>`;
}

customElements.define('winnow-comparison-tables', ComparisonTablesElement);
