/** `<winnow-file-layout>`: how one problem file is read, with the columns for the visitor to choose. */

import { css, html, LitElement, nothing } from 'lit';
import type { InspectedFile } from '../../data/file-inspection';
import { CSV_DELIMITERS, type CsvDelimiter } from '../../data/csv';
import {
  PROBLEM_FIELDS,
  type ColumnMapping,
  type ProblemField,
  type RequestedLayout,
} from '../../data/file-layout';
import { formatCount } from '../format';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

const FIELD_LABELS: Readonly<Record<ProblemField, string>> = {
  question: 'Question',
  answer: 'Answer',
  rationale: 'Rationale',
};

const DELIMITER_LABELS: Readonly<Record<CsvDelimiter, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
};

class FileLayoutElement extends LitElement {
  static override properties = {
    file: { attribute: false },
  };

  static override styles = [
    base,
    controls,
    css`
      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 0.35rem;
        font-size: var(--text-small);
        color: var(--ink-soft);
        overflow-wrap: anywhere;
      }
      legend strong {
        color: var(--ink);
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
        gap: 0.5rem 0.75rem;
      }
      .header {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        margin-top: 0.5rem;
      }
      .header input {
        margin: 0;
        accent-color: var(--accent);
      }
      .missing select {
        border-color: var(--rejected);
      }
    `,
  ];

  declare file: InspectedFile;

  override render() {
    const { name, layout, rows, isTest } = this.file;
    return html`<fieldset>
      <legend>
        <strong>${name}</strong>, ${formatCount(rows)} rows of
        ${layout.format === 'csv' ? 'CSV' : 'JSON Lines'}${isTest ? '; by its name, these problems stay test' : ''}
      </legend>
      <div class="fields">
        ${PROBLEM_FIELDS.map((field) => this.#renderField(field))}
        ${
          layout.format === 'csv'
            ? html`<label
                >Separated by
                <select @change=${this.#changeDelimiter}>
                  ${CSV_DELIMITERS.map(
                    (delimiter) =>
                      html`<option .selected=${delimiter === layout.delimiter}>
                        ${DELIMITER_LABELS[delimiter]}
                      </option>`,
                  )}
                </select>
              </label>`
            : nothing
        }
      </div>
      ${
        layout.format === 'csv'
          ? html`<label class="header">
              <input type="checkbox" .checked=${layout.header} @change=${this.#changeHeader} />
              The first row names the columns
            </label>`
          : nothing
      }
    </fieldset>`;
  }

  #renderField(field: ProblemField) {
    const { columns, layout } = this.file;
    const chosen = layout.columns[field];
    const isMissing = chosen === null && field !== 'rationale';
    return html`<label class=${isMissing ? 'missing' : ''}
      >${FIELD_LABELS[field]}
      <select
        aria-invalid=${isMissing ? 'true' : nothing}
        @change=${(event: Event) => this.#changeColumn(field, event)}
      >
        ${
          field === 'rationale' || isMissing
            ? html`<option .selected=${chosen === null}>
                ${isMissing ? 'Choose one' : 'none'}
              </option>`
            : nothing
        }
        ${columns.map((column) => html`<option .selected=${column === chosen}>${column}</option>`)}
      </select>
    </label>`;
  }

  /** The field that had the column before gives it up: one column cannot be two things. */
  #changeColumn(field: ProblemField, event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { columns, layout } = this.file;
    const without = event.target.options.length - columns.length;
    const column = columns[event.target.selectedIndex - without] ?? null;
    const mapping: Record<ProblemField, string | null> = { ...layout.columns };
    for (const other of PROBLEM_FIELDS) {
      if (column !== null && mapping[other] === column) mapping[other] = null;
    }
    mapping[field] = column;
    this.#choose(layout, mapping);
  }

  #changeDelimiter(event: Event): void {
    const { layout } = this.file;
    if (!(event.target instanceof HTMLSelectElement) || layout.format !== 'csv') return;
    const delimiter = CSV_DELIMITERS[event.target.selectedIndex] ?? layout.delimiter;
    this.#choose({ ...layout, delimiter }, null);
  }

  #changeHeader(event: Event): void {
    const { layout } = this.file;
    if (!(event.target instanceof HTMLInputElement) || layout.format !== 'csv') return;
    this.#choose({ ...layout, header: event.target.checked }, null);
  }

  /** @param columns null where their names are other ones now, to be guessed again */
  #choose(layout: RequestedLayout, columns: ColumnMapping | null): void {
    const detail: RequestedLayout = { ...layout, columns };
    this.dispatchEvent(new CustomEvent('winnow-layout', { detail }));
  }
}

customElements.define('winnow-file-layout', FileLayoutElement);
