/** `<winnow-problem-preview>`: the first problems of the visitor's files as a study would use them, and every dropped row. */

import { css, html, LitElement, nothing } from 'lit';
import type { FileInspection, PreviewedProblem } from '../../data/file-inspection';
import { formatCount } from '../format';
import { rationaleParts, stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';

class ProblemPreviewElement extends LitElement {
  static override properties = { inspection: { attribute: false } };

  static override styles = [
    base,
    stepTextStyles,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
        font-size: var(--text-small);
      }
      h3 {
        margin-bottom: 0.3rem;
        font-size: var(--text-small);
      }
      .problem {
        padding: 0.6rem 0;
        border-top: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      .place {
        color: var(--ink-soft);
        font-size: 0.78rem;
      }
      .problem ol {
        margin: 0.25rem 0;
        padding-left: 1.3rem;
        list-style: decimal;
        color: var(--ink-soft);
      }
      .dropped {
        max-height: 16rem;
        margin-top: 0.4rem;
        padding: 0 0.6rem;
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--sunken);
      }
      .dropped li {
        padding: 0.35rem 0;
        overflow-wrap: anywhere;
      }
      .dropped li + li {
        border-top: 1px solid var(--line);
      }
    `,
  ];

  declare inspection: FileInspection;

  override render() {
    const { preview } = this.inspection;
    return html`
      ${
        preview.length === 0
          ? nothing
          : html`<section aria-labelledby="first">
              <h3 id="first">The first problems, as they would be used</h3>
              ${preview.map((previewed) => this.#renderProblem(previewed))}
            </section>`
      }
      ${this.#renderDropped()}
    `;
  }

  #renderProblem({ file, line, problem }: PreviewedProblem) {
    const { steps, answer } = rationaleParts(problem.goldRationale);
    const { difficulty } = problem;
    return html`<article class="problem" aria-label="Line ${line} of ${file}">
      <p class="place">
        Line ${line}${this.inspection.files.length > 1 ? ` of ${file}` : ''}, difficulty
        ${difficulty}${difficulty === 0 ? ': no steps' : ''}
      </p>
      <p>${problem.question}</p>
      ${
        steps.length === 0
          ? nothing
          : html`<ol>
              ${steps.map((step) => html`<li>${stepText(step)}</li>`)}
            </ol>`
      }
      <p>Answer: <strong>${answer}</strong></p>
    </article>`;
  }

  #renderDropped() {
    const { dropped, droppedRecords, files, variants } = this.inspection;
    const reasons = Object.entries(dropped);
    const total = reasons.reduce((sum, [, count]) => sum + count, 0);
    const rest = total - droppedRecords.length;
    return html`<section aria-labelledby="dropped">
      <h3 id="dropped">
        ${total === 0 ? 'No row had to be dropped' : `${formatCount(total)} dropped ${total === 1 ? 'row' : 'rows'}`}
      </h3>
      ${
        variants === 0
          ? nothing
          : html`<p class="soft">
              ${formatCount(variants)} more are like another one but for their numbers; they stay.
            </p>`
      }
      ${
        total === 0
          ? nothing
          : html`${
                reasons.length === 1
                  ? nothing
                  : html`<ul class="soft">
                      ${reasons.map(
                        ([reason, count]) => html`<li>${formatCount(count)}: ${reason}</li>`,
                      )}
                    </ul>`
              }
              <ul class="dropped" tabindex="0" aria-label="Dropped rows">
                ${droppedRecords.map(
                  ({ file, line, reason, detail }) =>
                    html`<li>
                      <strong>Line ${line}${files.length > 1 ? ` of ${file}` : ''}</strong>:
                      ${reason}. <span class="soft">${detail}</span>
                    </li>`,
                )}
                ${rest > 0 ? html`<li class="soft">and ${formatCount(rest)} more</li>` : nothing}
              </ul>`
      }
    </section>`;
  }
}

customElements.define('winnow-problem-preview', ProblemPreviewElement);
