/** `<winnow-study-estimate>`: what a study will take before it starts: downloads, GPU memory and time, for each model and method. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import type { StudyEstimate, TimeRange } from '../../study/estimate';
import { formatBytes, formatTimeRange } from '../format';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { tables } from '../styles/tables';
import { METHOD_WORDING } from '../wording';

/** Milliseconds of rest before a changed configuration is estimated. */
const REST_MS = 300;

class StudyEstimateElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    configuration: { attribute: false },
    estimate: { state: true },
    problem: { state: true },
    measuring: { state: true },
    looking: { state: true },
    open: { state: true },
  };

  static override styles = [
    base,
    controls,
    tables,
    css`
      :host {
        margin-top: 0.75rem;
      }
      table {
        font-size: var(--text-small);
      }
      th,
      td {
        padding-inline: 0.35rem;
        white-space: normal;
      }
      tfoot > * > * {
        border-top: 1px solid var(--line-strong);
        font-weight: 650;
      }
      .error {
        margin: 0.5rem 0;
        color: var(--rejected);
      }
      .measure {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        margin-top: 0.5rem;
      }
      .measure button {
        min-height: 2rem;
        font-size: var(--text-small);
      }
      .measure p {
        flex: 1 1 14rem;
      }
    `,
  ];

  declare service: StudyService;
  declare configuration: StudyConfiguration;
  declare estimate: StudyEstimate | null;
  declare problem: string;
  declare measuring: boolean;
  declare looking: boolean;
  declare open: boolean;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** The configuration that is shown or worked out, as text: the element is given new but equal ones. */
  #asked = '';

  constructor() {
    super();
    this.estimate = null;
    this.problem = '';
    this.measuring = false;
    this.looking = false;
    this.open = false;
    new ServiceController(this, () => this.service);
  }

  override willUpdate(): void {
    const { models } = this.configuration;
    // What comes from a hub is worth a look beforehand; the pocket pair fits everywhere.
    const large = models.teacher.source !== 'pocket' || models.student.source !== 'pocket';
    if (large) this.open = true;
    const { device } = this.service;
    if (!this.open || device === null) return;
    const wanted = `${device.backend} ${JSON.stringify(this.configuration)}`;
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    this.estimate = null;
    this.problem = '';
    this.#tell(true);
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#ask(false, large), REST_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#resting);
  }

  override render() {
    return html`<details .open=${this.open} @toggle=${this.#toggle}>
      <summary class="small">What this study takes</summary>
      ${this.open ? this.#renderEstimate() : nothing}
    </details>`;
  }

  #renderEstimate() {
    const { estimate } = this;
    if (this.problem && !estimate) return this.#renderProblem();
    if (!estimate) return html`<p class="small soft">Working it out …</p>`;
    return html`
      ${
        estimate.memory
          ? this.#renderTable(estimate, estimate.memory)
          : html`<p class="small">To download: ${missing(estimate, null)}.</p>`
      }
      ${this.problem ? this.#renderProblem() : nothing}
      ${
        estimate.softTargetBytes > 0
          ? html`<p class="small soft">
              What the teacher says of every target takes up to
              ${formatBytes(estimate.softTargetBytes)} of this browser’s storage until the students
              are trained.
            </p>`
          : nothing
      }
      ${estimate.notes.map((note) => html`<p class="small soft">${note}</p>`)}
      ${estimate.refusals.map((refusal) => html`<p class="small error" role="alert">${refusal}</p>`)}
      ${estimate.canLook ? this.#renderLook() : nothing}
      ${estimate.memory && estimate.refusals.length === 0 ? this.#renderMeasure(estimate) : nothing}
    `;
  }

  #renderProblem() {
    return html`<p class="small error" role="alert">${this.problem}</p>`;
  }

  /** The hub is a stranger's server: it is asked when the visitor wants it. */
  #renderLook() {
    const { huggingFace } = this.configuration.models.hubs;
    return html`<div class="measure">
      <button ?disabled=${this.looking} @click=${() => void this.#ask(false, true, true)}>
        ${this.looking ? 'Asking …' : 'Ask the hub'}
      </button>
      <p class="small soft">
        Reads the beginning of each file at ${huggingFace}, at most a few MB.
      </p>
    </div>`;
  }

  #renderTable(estimate: StudyEstimate, memory: NonNullable<StudyEstimate['memory']>) {
    const { times } = estimate;
    const time = (range: TimeRange | undefined) => (range ? formatTimeRange(range) : 'not yet');
    return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col"></th>
            <th scope="col">Download</th>
            <th scope="col">GPU memory</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Teacher</th>
            <td>${missing(estimate, 'teacher')}</td>
            <td>${memory.teacherBytes > 0 ? formatBytes(memory.teacherBytes) : 'not known'}</td>
            <td>${time(times?.teacher)}</td>
          </tr>
          ${this.configuration.methods.map(
            (method, index) =>
              html`<tr>
                <th scope="row" title=${METHOD_WORDING[method].explanation}>
                  ${METHOD_WORDING[method].label}
                </th>
                <td>${index === 0 ? missing(estimate, 'student') : 'the same'}</td>
                <td>${formatBytes(memory.trainingBytes[method])}</td>
                <td>${time(times?.methods[method])}</td>
              </tr>`,
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">In all</th>
            <td>${missing(estimate, null)}</td>
            <td>${formatBytes(memory.mostBytes)}</td>
            <td>${time(times?.total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>`;
  }

  #renderMeasure({ times }: StudyEstimate) {
    return html`<div class="measure">
      <button
        ?disabled=${this.measuring || this.service.isRunning}
        @click=${() => void this.#ask(true)}
      >
        ${this.measuring ? 'Measuring …' : times ? 'Measure again' : 'Measure the time'}
      </button>
      <p class="small soft">
        ${
          times
            ? 'Measured on this device with one layer of each model. The longer time is for a teacher that is rejected every time.'
            : 'Takes a few seconds: one layer of each model is trained and run on this device.'
        }
      </p>
    </div>`;
  }

  #toggle(event: Event): void {
    if (event.target instanceof HTMLDetailsElement) this.open = event.target.open;
  }

  /** @param goesOn whether the time is measured as well once it is known that the study fits */
  async #ask(measures: boolean, goesOn = false, looks = false): Promise<void> {
    const asked = this.#asked;
    this.measuring = measures;
    this.looking = looks;
    this.problem = '';
    try {
      const estimate = await this.service.estimate(this.configuration, { measures, looks });
      if (asked !== this.#asked) return;
      this.estimate = estimate;
      const fits = estimate.refusals.length === 0;
      this.#tell(fits);
      if (goesOn && fits && estimate.memory && !this.service.isRunning) await this.#ask(true);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.measuring = false;
      this.looking = false;
    }
  }

  #tell(fits: boolean): void {
    this.dispatchEvent(new CustomEvent('winnow-fits', { detail: fits }));
  }
}

/** What is still to be downloaded for a role, or for all of them. */
function missing({ downloads }: StudyEstimate, role: 'teacher' | 'student' | null): string {
  const files = downloads.filter((file) => role === null || file.role === role);
  const sum = files.reduce((bytes, { missingBytes }) => bytes + missingBytes, 0);
  if (files.length === 0) return 'nothing';
  if (sum > 0) return formatBytes(sum);
  return files.some(({ bytes }) => bytes === 0) ? 'not known' : 'is here';
}

customElements.define('winnow-study-estimate', StudyEstimateElement);
