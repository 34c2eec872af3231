/** `<winnow-preset-choice>`: the presets with the time, disk and memory each would take here; says `winnow-preset` with the chosen one. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyEstimate } from '../../study/estimate';
import type { PresetName } from '../../study/presets';
import { formatBytes, formatTimeRange } from '../format';
import { presetChoices } from '../preset-choices';
import { PresetEstimates } from '../preset-estimates';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

class PresetChoiceElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    chosen: {},
  };

  static override styles = [
    base,
    controls,
    css`
      fieldset {
        display: grid;
        gap: 0.5rem;
        padding: 0;
        margin: 0 0 1rem;
        border: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 0.35rem;
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      label {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.1rem 0.6rem;
        padding: 0.6rem 0.8rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        color: var(--ink);
        font-size: 1rem;
        cursor: pointer;
      }
      label:has(:checked) {
        border-color: var(--accent);
        background: var(--accent-soft);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      input {
        margin: 0.3rem 0 0;
        accent-color: var(--accent);
        outline: none;
      }
      strong {
        text-transform: capitalize;
        font-weight: 600;
      }
      span {
        grid-column: 2;
      }
      .takes {
        display: flex;
        flex-wrap: wrap;
        gap: 0 0.9rem;
      }
      .takes b {
        font-weight: 600;
      }
      .refused {
        color: var(--rejected);
      }
      .measure {
        justify-self: start;
        min-height: 2rem;
        font-size: var(--text-small);
      }
    `,
  ];

  declare service: StudyService;
  declare chosen: PresetName;
  readonly #estimates = new PresetEstimates(this, () => this.service);

  constructor() {
    super();
    new ServiceController(this, () => this.service);
  }

  override render() {
    const { unmeasured, isWorking } = this.#estimates;
    return html`<fieldset
      @pointerenter=${() => void this.#estimates.look()}
      @focusin=${() => void this.#estimates.look()}
    >
      <legend>Preset${this.#progress()}</legend>
      ${presetChoices().map(
        ({ name, description }) =>
          html`<label>
            <input
              type="radio"
              name="preset"
              .checked=${name === this.chosen}
              @change=${() => this.#choose(name)}
            />
            <strong>${name}</strong>
            <span class="small soft">${description}</span>
            ${this.#renderTakes(this.#estimates.of(name))}
          </label>`,
      )}
      ${
        unmeasured.length > 0
          ? html`<button
              type="button"
              class="measure"
              ?disabled=${isWorking || this.service.isRunning || !this.service.device}
              @click=${() => void this.#measure()}
            >
              ${isWorking ? 'Measuring …' : `Predict the time of ${unmeasured.join(', ')} too`}
            </button>`
          : nothing
      }
    </fieldset>`;
  }

  #renderTakes(estimate: StudyEstimate | undefined) {
    if (estimate === undefined) return nothing;
    const { times, memory, storedBytes, downloads, refusals } = estimate;
    const missing = downloads.reduce((sum, { missingBytes }) => sum + missingBytes, 0);
    return html`<span class="takes small number">
      <span><b>Time</b> ${times === null ? 'not measured yet' : formatTimeRange(times.total)}</span>
      <span><b>Disk</b> ${diskWords(storedBytes, missing)}</span>
      <span><b>Memory</b> ${memory === null ? 'not known' : formatBytes(memory.mostBytes)}</span>
      ${refusals.length > 0 ? html`<span class="refused">Does not fit this computer.</span>` : nothing}
    </span>`;
  }

  /** Where the figures are, as long as they are not there. */
  #progress(): string {
    if (this.#estimates.isWorking) return ': working out what each takes here …';
    const known = this.#estimates.of(this.chosen) !== undefined;
    return known
      ? ', with the time, disk and memory it takes here'
      : ': point at the list to see the time, disk and memory each takes here';
  }

  async #measure(): Promise<void> {
    await this.#estimates.look();
    await this.#estimates.measure();
  }

  #choose(name: PresetName): void {
    this.dispatchEvent(new CustomEvent('winnow-preset', { detail: name }));
  }
}

/** What a study and its downloads take. */
function diskWords(stored: number | null, missing: number): string {
  if (stored === null) return 'not known';
  const total = formatBytes(stored + missing);
  return missing > 0 ? `${total}, ${formatBytes(missing)} of it to download` : total;
}

customElements.define('winnow-preset-choice', PresetChoiceElement);
