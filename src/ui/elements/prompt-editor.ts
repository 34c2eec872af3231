/** `<winnow-prompt-editor>`: how the teacher is asked, as templates with their places and worked examples, and what a prompt then looks like; says `winnow-prompts`, with null while they cannot be used. */

import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import * as v from 'valibot';
import {
  MAXIMUM_EXAMPLES,
  PROMPT_STYLE_DESCRIPTIONS,
  PROMPT_STYLES,
  promptsOfStyle,
  promptsSchema,
} from '../../study/prompts';
import { hintedPrompt, solvingPrompt, type TeacherPrompts } from '../../text/prompt-template';
import { icon } from '../icons';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** What the previews ask; in no data set. */
const SAMPLE = { question: 'A box holds 12 eggs. How many eggs are in 3 boxes?', answer: '36' };

class PromptEditorElement extends LitElement {
  static override properties = {
    prompts: { attribute: false },
    hintedSamples: { attribute: false },
    draft: { state: true },
    problem: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      details {
        margin: 0.6rem 0 0;
      }
      .fields {
        display: grid;
        gap: 0.75rem;
        margin-top: 0.6rem;
      }
      .example {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.4rem 0.6rem;
        padding: 0.6rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
      }
      .example label {
        grid-column: 1 / -1;
      }
      .example button {
        grid-column: 2;
        grid-row: 1;
        min-height: 2rem;
      }
      .error {
        color: var(--rejected);
      }
      pre {
        margin: 0.15rem 0 0;
        padding: 0.6rem 0.8rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        color: var(--ink);
        font-family: var(--font-mono);
        font-size: 0.8rem;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare prompts: TeacherPrompts;
  declare hintedSamples: number;
  /** What is written and cannot be used yet; null while everything can. */
  declare draft: TeacherPrompts | null;
  declare problem: string;

  constructor() {
    super();
    this.draft = null;
    this.problem = '';
  }

  override render() {
    const written = this.draft ?? this.prompts;
    const style = PROMPT_STYLES.find((each) => isSame(promptsOfStyle(each), written));
    return html`<details>
      <summary class="small">How the teacher is asked</summary>
      <div class="fields">
        <label
          >Style
          <select @change=${this.#changeStyle}>
            ${PROMPT_STYLES.map(
              (each) =>
                html`<option value=${each} .selected=${each === style}>
                  ${each}: ${PROMPT_STYLE_DESCRIPTIONS[each]}
                </option>`,
            )}
            ${
              style === undefined
                ? html`<option value="" .selected=${true}>your own, as written below</option>`
                : nothing
            }
          </select>
        </label>
        ${this.#renderTemplate('solve', 'Prompt', '{question} and, for worked examples, {examples}')}
        ${this.#renderExamples(written)}
        ${
          this.hintedSamples > 0
            ? this.#renderTemplate('hinted', 'Prompt with the answer', '{question}, {answer}')
            : nothing
        }
        ${
          this.problem
            ? html`<p class="small error" role="alert">${this.problem}</p>`
            : this.#renderPreview()
        }
      </div>
    </details>`;
  }

  #renderTemplate(name: 'solve' | 'hinted' | 'example', label: string, places: string) {
    const written = this.draft ?? this.prompts;
    return html`<label
      >${label}, with ${places}
      <textarea
        rows=${Math.min(6, written[name].split('\n').length + 1)}
        .value=${live(written[name])}
        @input=${(event: Event) => this.#change({ ...written, [name]: textOf(event) })}
      ></textarea>
    </label>`;
  }

  #renderExamples(written: TeacherPrompts) {
    const { examples } = written;
    const put = (index: number, change: Partial<(typeof examples)[number]>) =>
      this.#change({
        ...written,
        examples: examples.map((each, at) => (at === index ? { ...each, ...change } : each)),
      });
    return html`${examples.map(
        (example, index) =>
          html`<div class="example" role="group" aria-label="Worked example ${index + 1}">
            <strong class="small">Worked example ${index + 1}</strong>
            <button
              type="button"
              class="quiet"
              aria-label="Remove worked example ${index + 1}"
              @click=${() =>
                this.#change(
                  withExamples(
                    written,
                    examples.filter((_, at) => at !== index),
                  ),
                )}
            >
              ${icon('cross')} Remove
            </button>
            <label
              >Question
              <textarea
                rows="2"
                .value=${live(example.question)}
                @input=${(event: Event) => put(index, { question: textOf(event) })}
              ></textarea>
            </label>
            <label
              >Rationale: steps with their equations in square brackets, then #### and the answer
              <textarea
                rows="2"
                .value=${live(example.rationale)}
                @input=${(event: Event) => put(index, { rationale: textOf(event) })}
              ></textarea>
            </label>
          </div>`,
      )}
      ${
        examples.length > 0
          ? this.#renderTemplate(
              'example',
              'A worked example in the prompt',
              '{question}, {rationale}',
            )
          : nothing
      }
      <div>
        <button
          type="button"
          ?disabled=${examples.length >= MAXIMUM_EXAMPLES}
          @click=${() =>
            this.#change(withExamples(written, [...examples, { question: '', rationale: '' }]))}
        >
          Add a worked example
        </button>
      </div>`;
  }

  #renderPreview() {
    const { question, answer } = SAMPLE;
    return html`<div>
        <p class="small soft">So the teacher reads, for example:</p>
        <pre>${solvingPrompt(this.prompts, question)}</pre>
      </div>
      ${
        this.hintedSamples > 0
          ? html`<div>
              <p class="small soft">And with the answer in sight:</p>
              <pre>${hintedPrompt(this.prompts, question, answer)}</pre>
            </div>`
          : nothing
      }`;
  }

  #changeStyle(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    const style = PROMPT_STYLES.find((each) => each === value);
    if (style !== undefined) this.#change(promptsOfStyle(style));
  }

  #change(written: TeacherPrompts): void {
    const parsed = v.safeParse(promptsSchema, written);
    if (!parsed.success) {
      this.draft = written;
      const [issue] = parsed.issues;
      this.problem = `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
      this.dispatchEvent(new CustomEvent('winnow-prompts', { detail: null }));
      return;
    }
    this.draft = null;
    this.problem = '';
    this.prompts = written;
    this.dispatchEvent(new CustomEvent('winnow-prompts', { detail: parsed.output }));
  }
}

/** Worked examples and their place in both templates, which come and go together. */
function withExamples(
  written: TeacherPrompts,
  examples: TeacherPrompts['examples'],
): TeacherPrompts {
  const place = '{examples}\n';
  const placed = (template: string): string => {
    if (examples.length === 0) return template.replaceAll(/\{examples\}\s*/g, '');
    return template.includes('{examples}') ? template : place + template;
  };
  return { ...written, examples, solve: placed(written.solve), hinted: placed(written.hinted) };
}

function isSame(one: TeacherPrompts, other: TeacherPrompts): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function textOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement
    ? target.value
    : '';
}

customElements.define('winnow-prompt-editor', PromptEditorElement);
