/** `<winnow-pipeline>`: the stages of a study in order, each with its state and live numbers. */

import { css, html, LitElement, nothing, unsafeCSS } from 'lit';
import type { Method } from '../../study/methods';
import { methodRules } from '../method-marks';
import {
  STAGE_NAMES,
  type RunProgress,
  type StageName,
  type StageProgress,
  type StudySnapshot,
} from '../../study/snapshot';
import { formatCount, formatDuration, formatRemaining, formatSpeed } from '../format';
import { stateIcon } from '../icons';
import { base } from '../styles/base';
import { METHOD_WORDING, STAGE_WORDING, STATE_LABELS } from '../wording';

/** The event `winnow-skip`: a method to leave out, or to take in again. */
export interface SkipDetail {
  readonly method: Method;
  readonly skips: boolean;
}

class PipelineElement extends LitElement {
  static override properties = {
    snapshot: { attribute: false },
    controllable: { type: Boolean },
  };

  static override styles = [
    base,
    css`
      ol.panel {
        display: grid;
        overflow: hidden;
        padding: 0;
      }
      li {
        position: relative;
        min-width: 0;
        padding: 0.75rem 0.9rem 0.85rem;
      }
      li + li {
        border-top: 1px solid var(--line);
      }
      .running {
        background: var(--accent-soft);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        font-weight: 620;
        letter-spacing: -0.01em;
      }
      .title .state {
        margin-left: auto;
        font-size: 0.78rem;
        font-weight: 500;
        color: var(--ink-soft);
      }
      .done .icon {
        color: var(--kept);
      }
      .failed .icon,
      .failed .state {
        color: var(--rejected);
      }
      .running .icon {
        color: var(--accent);
      }
      .waiting {
        color: var(--ink-soft);
      }
      .count {
        margin-top: 0.3rem;
        font-size: 1.05rem;
        font-variant-numeric: tabular-nums;
        line-height: 1.3;
      }
      .count .soft {
        font-size: 0.8rem;
      }
      progress {
        display: block;
        width: 100%;
        height: 5px;
        margin: 0.35rem 0;
        appearance: none;
        border: 0;
        border-radius: 3px;
        background: var(--line);
        color: var(--accent);
        overflow: hidden;
      }
      progress::-webkit-progress-bar {
        background: var(--line);
      }
      progress::-webkit-progress-value {
        background: var(--accent);
        border-radius: 3px;
        transition: inline-size 0.3s ease;
      }
      progress::-moz-progress-bar {
        background: var(--accent);
      }
      .detail {
        font-size: 0.8rem;
        line-height: 1.4;
        color: var(--ink-soft);
        overflow-wrap: anywhere;
      }
      .run {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 0.5rem;
        font-size: 0.78rem;
        color: var(--ink-soft);
      }
      .run progress {
        grid-column: 1 / -1;
        height: 4px;
        margin: 0.1rem 0 0.3rem;
      }
      .left-out {
        text-decoration: line-through;
      }
      .left-out .number {
        display: inline-block;
        text-decoration: none;
      }
      .skip {
        margin-left: 0.3rem;
        padding: 0 0.45rem;
        border: 1px solid var(--line-strong);
        border-radius: 999px;
        background: var(--surface);
        color: var(--ink);
        font: inherit;
        cursor: pointer;
      }
      ${unsafeCSS(methodRules('background', ' progress::-webkit-progress-value'))}
      @media (max-width: 39.9rem) {
        .waiting .detail,
        .waiting .count,
        .done .detail,
        .done progress,
        .waiting progress {
          display: none;
        }
        .waiting,
        .done {
          padding-block: 0.5rem;
        }
        .done .count {
          margin: 0 0 0 1.45rem;
          font-size: 0.85rem;
          color: var(--ink-soft);
        }
      }
      @media (min-width: 40rem) {
        ol.panel {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
        li + li {
          border-top: 0;
        }
        li:not(:nth-child(3n + 1)) {
          border-left: 1px solid var(--line);
        }
        li:nth-child(n + 4) {
          border-top: 1px solid var(--line);
        }
      }
      @media (min-width: 72rem) {
        ol.panel {
          grid-template-columns: repeat(3, minmax(0, 1fr)) minmax(0, 1.25fr) repeat(
              2,
              minmax(0, 1fr)
            );
        }
        li:nth-child(n) {
          border-top: 0;
        }
        li + li {
          border-left: 1px solid var(--line);
        }
      }
      @media (prefers-reduced-motion: no-preference) {
        .turn {
          transform-origin: 8px 8px;
          animation: turn 1.4s linear infinite;
        }
        @keyframes turn {
          to {
            transform: rotate(1turn);
          }
        }
      }
    `,
  ];

  declare snapshot: StudySnapshot;
  /** Whether the study runs in this tab, so that methods can be left out. */
  declare controllable: boolean;

  constructor() {
    super();
    this.controllable = false;
  }

  override render() {
    return html`<section aria-label="Stages">
      <ol class="panel">
        ${STAGE_NAMES.map((name) => this.#renderStage(name, this.snapshot.stages[name]))}
      </ol>
    </section>`;
  }

  #renderStage(name: StageName, stage: StageProgress) {
    const wording = STAGE_WORDING[name];
    const paused = stage.state === 'running' && this.snapshot.status !== 'running';
    return html`<li
      class=${stage.state}
      aria-current=${stage.state === 'running' ? 'step' : nothing}
    >
      <p class="title" title=${wording.explanation}>
        ${stateIcon(paused ? 'waiting' : stage.state)} ${wording.label}
        <span class="state">${paused ? 'Paused' : STATE_LABELS[stage.state]}</span>
      </p>
      ${
        stage.total > 0
          ? html`<p class="count">
                ${formatCount(stage.done)}
                <span class="soft">of ${formatCount(stage.total)} ${stage.unit}</span>
              </p>
              <progress
                max=${stage.total}
                .value=${Math.min(stage.done, stage.total)}
                aria-label="${wording.label}: ${formatCount(stage.done)} of ${formatCount(stage.total)} ${stage.unit}"
              ></progress>`
          : nothing
      }
      ${
        name === 'train' && stage.state === 'running'
          ? this.snapshot.runs.map((run) => this.#renderRun(run))
          : nothing
      }
      <p class="detail">
        ${stage.detail || (stage.state === 'waiting' ? wording.explanation : '')}
      </p>
      ${timeLine(name, stage) ? html`<p class="detail number">${timeLine(name, stage)}</p>` : nothing}
    </li>`;
  }

  /** A method can be left out for as long as its student is not trained, and taken in again. */
  #renderSkip({ method }: RunProgress, isLeftOut: boolean) {
    const { label } = METHOD_WORDING[method];
    return html`<button
      class="skip"
      title=${
        isLeftOut
          ? 'Trains it after all, from where it stopped'
          : 'Leaves this method out of training and report; what it trained so far is kept'
      }
      aria-label=${isLeftOut ? `Take in ${label}` : `Skip ${label}`}
      @click=${() => this.#skip({ method, skips: !isLeftOut })}
    >
      ${isLeftOut ? 'Take in' : 'Skip'}
    </button>`;
  }

  #skip(detail: SkipDetail): void {
    this.dispatchEvent(new CustomEvent('winnow-skip', { detail }));
  }

  #renderRun(run: RunProgress) {
    const { label } = METHOD_WORDING[run.method];
    const isLeftOut = this.snapshot.skipped?.includes(run.method) === true;
    return html`<div class="run ${run.method} ${isLeftOut ? 'left-out' : ''}">
      <span>${label}${isLeftOut ? ', left out' : ''}</span>
      <span class="number"
        >${formatCount(run.update)} /
        ${formatCount(run.totalUpdates)}${
          run.skipped === undefined ? nothing : html`, ${formatCount(run.skipped)} skipped`
        }
        ${this.controllable && run.state !== 'done' ? this.#renderSkip(run, isLeftOut) : nothing}</span
      >
      <progress
        max=${Math.max(1, run.totalUpdates)}
        .value=${run.update}
        aria-label="${label}: update ${run.update} of ${run.totalUpdates}"
      ></progress>
    </div>`;
  }
}

/** `1 min 4 s, 38 problems/s, about 2 min left` */
function timeLine(name: StageName, stage: StageProgress): string {
  if (stage.state === 'waiting') return '';
  const { done, elapsedMs, remainingMs, state, unit } = stage;
  const isCounted = name !== 'report' && name !== 'data' && done > 0 && elapsedMs > 0;
  return [
    formatDuration(elapsedMs),
    ...(isCounted ? [formatSpeed(done, elapsedMs, unit)] : []),
    ...(state === 'running' && remainingMs !== null ? [formatRemaining(remainingMs)] : []),
  ].join(', ');
}

customElements.define('winnow-pipeline', PipelineElement);
