/** `<winnow-study-plan>`: how long all or part of a study takes with one seed or several, and what it could find; says a choice with `winnow-setting`. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import type { TimeRange } from '../../study/estimate';
import { formatCount, formatDuration } from '../format';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { partSettings, plannedParts, smallestDifference, type PlannedPart } from '../study-plan';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { tables } from '../styles/tables';

const SEEDS = [1, 3, 5] as const;

class StudyPlanElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    configuration: { attribute: false },
    samples: { state: true },
    discordant: { state: true },
    times: { state: true },
    working: { state: true },
    message: { state: true },
  };

  static override styles = [
    base,
    controls,
    tables,
    css`
      :host {
        display: block;
        margin-top: 0.75rem;
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.75rem;
        margin: 0.75rem 0;
      }
      input {
        width: 6rem;
      }
      p {
        max-width: 46rem;
        margin-top: 0.5rem;
      }
      th:first-child {
        text-align: left;
        white-space: nowrap;
      }
    `,
  ];

  declare service: StudyService;
  declare configuration: StudyConfiguration;
  /** Most further samples a problem; null for as many as are set. */
  declare samples: number | null;
  /** Percent of problems that one of two methods alone is expected to solve. */
  declare discordant: number;
  /** The time of one seed of each part, in their order; null before it was worked out for this configuration. */
  declare times: readonly (TimeRange | null)[] | null;
  declare working: boolean;
  declare message: string;
  #worked = '';

  constructor() {
    super();
    this.samples = null;
    this.discordant = 25;
    this.times = null;
    this.working = false;
    this.message = '';
    new ServiceController(this, () => this.service);
  }

  override willUpdate(): void {
    if (this.times !== null && this.#worked !== this.#key) this.times = null;
  }

  get #samples(): number {
    return Math.min(this.samples ?? Infinity, this.configuration.rationale.resamples);
  }

  get #parts(): readonly PlannedPart[] {
    return plannedParts(this.configuration, this.#samples);
  }

  get #key(): string {
    return JSON.stringify([this.configuration, this.#samples, this.service.backend]);
  }

  override render() {
    const { rationale, data } = this.configuration;
    return html`<details>
      <summary class="small">Plan: how much of it, how long, and what it can find</summary>
      <p class="small soft">
        A study of fewer problems takes less time and finds only larger differences. Below is the
        smallest difference of exact match between two methods that would come out (McNemar, 5 %
        level) in four of five such studies.
        ${
          data.source === 'pocket'
            ? 'Every seed has problems of its own, which count together.'
            : 'Seeds share these test problems: more of them show how much training varies, and find no smaller difference.'
        }
        A study has one seed: for several, start it again with another one, or run
        <code>npm run study -- --seeds 1,2,3</code>.
      </p>
      <div class="fields">
        <label
          title="Fewer attempts leave more problems to the author’s solution; what a comparison can find stays the same."
          >Further attempts a problem
          <select
            @change=${({ target }: Event) => {
              if (target instanceof HTMLSelectElement) this.samples = Number(target.value);
            }}
          >
            ${Array.from(
              { length: rationale.resamples + 1 },
              (_, count) => rationale.resamples - count,
            ).map(
              (count) =>
                html`<option value=${count} .selected=${count === this.#samples}>${count}</option>`,
            )}
          </select>
        </label>
        <label
          title="The more the methods agree, the smaller the differences that are found. The demo’s methods differ on 20 to 50 % of the problems."
          >One method alone right, %
          <input
            type="number"
            min="1"
            max="100"
            step="1"
            .value=${String(this.discordant)}
            @change=${this.#changeDiscordant}
          />
        </label>
        <button
          ?disabled=${this.working || this.service.isRunning}
          @click=${() => void this.#work()}
        >
          ${this.working ? 'Measuring' : 'Measure the times'}
        </button>
      </div>
      <p class="small error" role="status">${this.message}</p>
      <div class="scroll" role="region" aria-label="Plan" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Train, test</th>
              ${SEEDS.map((seeds) => html`<th scope="col">${seeds === 1 ? '1 seed' : `${seeds} seeds`}</th>`)}
              <td></td>
            </tr>
          </thead>
          <tbody>
            ${this.#parts.map((part, index) => this.#renderPart(part, this.times?.[index] ?? null))}
          </tbody>
        </table>
      </div>
    </details>`;
  }

  #renderPart(part: PlannedPart, time: TimeRange | null) {
    const { data, rationale } = part.configuration;
    const isWhole =
      part.share === 1 && rationale.resamples === this.configuration.rationale.resamples;
    return html`<tr>
      <th scope="row">${formatCount(data.trainProblems)}, ${formatCount(data.testProblems)}</th>
      ${SEEDS.map((seeds) => {
        const difference = smallestDifference(part.configuration, seeds, this.discordant / 100);
        return html`<td>
          ${difference === null ? 'nothing' : `${(100 * difference).toFixed(1)} points`}
          <span class="interval">${time === null ? '' : formatTimes(time, seeds)}</span>
        </td>`;
      })}
      <td>
        ${
          isWhole
            ? nothing
            : html`<button class="quiet" @click=${() => this.#take(part)}>Take this</button>`
        }
      </td>
    </tr>`;
  }

  #changeDiscordant({ target }: Event): void {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.value !== '' && target.validity.valid) this.discordant = Number(target.value);
    else target.value = String(this.discordant);
  }

  /** What is measured is kept by the worker: the parts after the first one cost nothing. */
  async #work(): Promise<void> {
    const key = this.#key;
    this.working = true;
    this.message = '';
    try {
      const times: (TimeRange | null)[] = [];
      for (const { configuration } of this.#parts) {
        const estimate = await this.service.estimate(configuration, {
          measures: true,
          looks: false,
        });
        times.push(estimate.times?.total ?? null);
        const [refusal = ''] = estimate.refusals;
        if (this.message === '') this.message = refusal;
      }
      this.#worked = key;
      this.times = times;
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    } finally {
      this.working = false;
    }
  }

  #take(part: PlannedPart): void {
    for (const detail of partSettings(part)) {
      this.dispatchEvent(
        new CustomEvent('winnow-setting', { detail, bubbles: true, composed: true }),
      );
    }
  }
}

function formatTimes({ leastMs, mostMs }: TimeRange, seeds: number): string {
  const [least, most] = [formatDuration(seeds * leastMs), formatDuration(seeds * mostMs)];
  return least === most ? least : `${least} to ${most}`;
}

customElements.define('winnow-study-plan', StudyPlanElement);
