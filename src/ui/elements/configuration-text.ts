/** `<winnow-configuration-text>`: the whole configuration as JSON to copy, and one to paste; says `winnow-configuration` with it. */

import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { StudyConfiguration } from '../../study/configuration';
import { readConfigurationText, type ConfigurationProblem } from '../../study/read-configuration';
import { icon } from '../icons';
import { configurationProblems } from '../configuration-problems';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class ConfigurationTextElement extends LitElement {
  static override properties = {
    configuration: { attribute: false },
    written: { state: true },
    problems: { state: true },
    copied: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      summary {
        padding: 0.45rem 0;
      }
      strong {
        color: var(--ink);
        font-weight: 600;
      }
      textarea {
        max-height: 22rem;
        margin: 0.4rem 0 0.6rem;
        overflow: auto;
        background: var(--sunken);
        font-family: var(--font-mono);
        font-size: 0.8rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
        margin-bottom: 1rem;
      }
      .actions button {
        min-height: 2rem;
        font-size: var(--text-small);
      }
      .problems {
        margin-bottom: 0.6rem;
        color: var(--rejected);
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare configuration: StudyConfiguration;
  /** What is written over the present configuration; null while nothing is. */
  declare written: string | null;
  declare problems: readonly ConfigurationProblem[];
  /** What was copied last, until something else happens. */
  declare copied: 'json' | 'address' | null;

  constructor() {
    super();
    this.written = null;
    this.problems = [];
    this.copied = null;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('configuration')) this.copied = null;
  }

  override render() {
    const present = JSON.stringify(this.configuration, null, 2);
    const isWritten = this.written !== null && this.written !== present;
    return html`<details>
      <summary class="small"><strong>As JSON, or as a link</strong></summary>
      <p class="small soft">
        The whole configuration: copy it, or paste another one over it. The address of this page
        holds it too, so that a bookmark or a link sets the same study up.
      </p>
      <label for="json" class="visually-hidden">Configuration as JSON</label>
      <textarea
        id="json"
        rows="12"
        spellcheck="false"
        autocomplete="off"
        aria-describedby="problems"
        aria-invalid=${this.problems.length > 0 ? 'true' : nothing}
        .value=${live(this.written ?? present)}
        @input=${this.#type}
      ></textarea>
      <div id="problems" role="alert">
        ${
          this.problems.length === 0
            ? nothing
            : html`<div class="problems small">
                ${configurationProblems('This configuration cannot be used.', this.problems)}
              </div>`
        }
      </div>
      <div class="actions">
        ${
          isWritten
            ? html`<button class="primary" @click=${() => this.#use()}>
                  Use this configuration
                </button>
                <button class="quiet" @click=${() => this.#forget()}>Leave it</button>`
            : html`<button @click=${() => void this.#copy('json', present)}>
                  ${icon('copy')} Copy the JSON
                </button>
                <button @click=${() => void this.#copy('address', window.location.href)}>
                  ${icon('link')} Copy the link
                </button>`
        }
        <span class="small soft" role="status">${this.copied === null ? '' : 'Copied.'}</span>
      </div>
    </details>`;
  }

  #type({ target }: Event): void {
    if (!(target instanceof HTMLTextAreaElement)) return;
    this.written = target.value;
    this.problems = [];
    this.copied = null;
  }

  #use(): void {
    const read = readConfigurationText(this.written ?? '');
    if ('problems' in read) {
      this.problems = read.problems;
      return;
    }
    this.#forget();
    this.dispatchEvent(new CustomEvent('winnow-configuration', { detail: read.configuration }));
  }

  #forget(): void {
    this.written = null;
    this.problems = [];
  }

  async #copy(what: 'json' | 'address', text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.copied = what;
  }
}

customElements.define('winnow-configuration-text', ConfigurationTextElement);
