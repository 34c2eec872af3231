/** `<winnow-live-answer>`: what one model writes to a question, its steps checked as they come. */

import { css, html, LitElement, nothing } from 'lit';
import type { LiveAnswer } from '../../study/live-answer';
import { icon, verdictIcon } from '../icons';
import { stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { REASON_WORDING, VERDICT_WORDING } from '../wording';
import type { StepVerdict } from '../../rationale/trace';

class LiveAnswerElement extends LitElement {
  static override properties = { heading: { attribute: false }, answer: { attribute: false } };

  static override styles = [
    base,
    controls,
    stepTextStyles,
    css`
      article {
        height: 100%;
        padding: 0.75rem 0.9rem;
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        background: var(--surface);
      }
      h3 {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.25rem 0.75rem;
        margin-bottom: 0.5rem;
      }
      li {
        display: grid;
        grid-template-columns: 5.6rem minmax(0, 1fr);
        gap: 0.1rem 0.5rem;
        padding: 0.3rem 0 0.3rem 0.5rem;
        border-left: 4px solid var(--mark);
      }
      li + li {
        margin-top: 0.3rem;
      }
      .kept {
        --mark: var(--kept);
      }
      .rejected {
        --mark: var(--rejected);
      }
      .repaired {
        --mark: var(--repaired);
      }
      .verdict {
        display: flex;
        align-items: center;
        gap: 0.35rem;
        height: 1.5rem;
        color: var(--mark);
        font-size: var(--text-small);
        font-weight: 620;
      }
      .text,
      .why,
      .rest {
        overflow-wrap: anywhere;
      }
      .why {
        grid-column: 2;
        font-size: var(--text-small);
      }
      .rest {
        margin-top: 0.4rem;
        color: var(--ink-soft);
      }
      .answer {
        margin-top: 0.5rem;
      }
    `,
  ];

  /** Who is asked. */
  declare heading: string;
  /** Null until it is its turn. */
  declare answer: LiveAnswer | null;

  constructor() {
    super();
    this.heading = '';
    this.answer = null;
  }

  override render() {
    const { answer } = this;
    return html`<article aria-label=${this.heading}>
      <h3>${this.heading} <span class="badge">${stateLabel(answer)}</span></h3>
      ${answer === null ? nothing : this.#renderAnswer(answer)}
    </article>`;
  }

  #renderAnswer({ steps, rest, answer, state }: LiveAnswer) {
    return html`<ol>
        ${steps.map((step) => renderStep(step))}
      </ol>
      ${rest === '' ? nothing : html`<p class="rest">${rest}</p>`}
      ${
        answer === null
          ? state === 'done'
            ? html`<p class="answer soft">It gives no answer.</p>`
            : nothing
          : html`<p class="answer">Its answer is <strong>${answer}</strong>.</p>`
      }`;
  }
}

function renderStep({ text, verdict, reason, message }: StepVerdict) {
  return html`<li class=${verdict}>
    <span class="verdict" title=${VERDICT_WORDING[verdict].explanation}
      >${verdictIcon(verdict)} ${VERDICT_WORDING[verdict].label}</span
    >
    <span class="text">${stepText(text)}</span>
    ${
      reason === null
        ? nothing
        : html`<span class="why"
            ><strong>${REASON_WORDING[reason].label}.</strong> ${
              message || REASON_WORDING[reason].explanation
            }</span
          >`
    }
  </li>`;
}

function stateLabel(answer: LiveAnswer | null) {
  if (answer === null) return html`${icon('waiting')} waits`;
  if (answer.state === 'writing') return html`${icon('running')} writes`;
  return answer.state === 'done' ? 'done' : 'stopped';
}

customElements.define('winnow-live-answer', LiveAnswerElement);
