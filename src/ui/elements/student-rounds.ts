/** `<winnow-student-rounds>`: what the student did with one problem between rounds of its training, step by step. */

import { css, html, LitElement, nothing } from 'lit';
import { studentRounds, type StudentRound, type StudentStep } from '../../rationale/student-round';
import type { Trace } from '../../rationale/trace';
import { icon } from '../icons';
import { stepText, stepTextStyles } from '../step-text';
import { base } from '../styles/base';
import { tables } from '../styles/tables';
import { studentRoundTitle } from '../trace-history';

class StudentRoundsElement extends LitElement {
  static override properties = { trace: { attribute: false } };

  static override styles = [
    base,
    tables,
    stepTextStyles,
    css`
      section {
        margin: 1.4rem 0;
      }
      h3 {
        margin-bottom: 0.55rem;
      }
      th,
      td {
        white-space: normal;
        overflow-wrap: anywhere;
      }
      th:nth-child(2),
      td:nth-child(2) {
        text-align: left;
      }
      .reached .icon {
        color: var(--kept);
      }
      .failed .icon {
        color: var(--rejected);
      }
      p,
      ul {
        margin-top: 0.5rem;
        font-size: var(--text-small);
      }
      li {
        margin-top: 0.2rem;
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare trace: Trace;

  override render() {
    const rounds = studentRounds(this.trace);
    if (rounds.length === 0) return nothing;
    return html`${rounds.map((round) => renderRound(round))}`;
  }
}

function renderRound(round: StudentRound) {
  const { steps, next } = round;
  const kept = next?.rationale === round.rationale;
  const title = studentRoundTitle(round);
  return html`<section aria-label=${title}>
    <h3>${title}</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}: steps">
      <table>
        <caption>
          What it wrote by itself after the verified steps before each one
        </caption>
        <thead>
          <tr>
            <th scope="col">Step taught</th>
            <th scope="col">The student</th>
            <th scope="col" title="Mean negative log-likelihood of the step’s tokens, in nats">
              Loss
            </th>
            ${kept ? html`<th scope="col" title="How much the step counts from now on">Weight</th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${steps.map((step, index) => renderStep(step, kept ? next.weights[index] : undefined))}
        </tbody>
      </table>
    </div>
    ${renderContinuations(round)}
  </section>`;
}

function renderStep(step: StudentStep, weight: number | undefined) {
  return html`<tr>
    <td>${stepText(step.text)}</td>
    <td class=${step.reached === true ? 'reached' : step.reached === false ? 'failed' : ''}>
      ${
        step.reached === null
          ? 'has no result to reach'
          : html`${icon(step.reached ? 'check' : 'cross')}
            ${step.reached ? 'reached it' : 'did not reach it'}:
            ${step.continuation === '' ? 'wrote nothing' : stepText(step.continuation)}`
      }
    </td>
    <td>${step.loss.toFixed(2)}</td>
    ${weight === undefined ? nothing : html`<td>${weight.toFixed(2)}</td>`}
  </tr>`;
}

function renderContinuations({ continuations, rationale, next }: StudentRound) {
  const verified = new Set(continuations?.flatMap((each) => each.rationale ?? []));
  if (verified.size === 0) return nothing;
  return html`<p>Verified ways of the teacher to go on, with how likely the student finds them:</p>
    <ul>
      ${[...verified].map((text) => {
        const likelihood = continuations?.find((each) => each.rationale === text)?.logProbability;
        const isTaught = text === next?.rationale;
        return html`<li>
          ${stepText(text)}
          ${
            likelihood === undefined || likelihood === null
              ? nothing
              : html`<span class="soft">log-likelihood ${likelihood.toFixed(1)}</span>`
          }
          ${isTaught ? html`<strong>taught next</strong>` : nothing}
          ${text === rationale ? html`<span class="soft">(what was taught before)</span>` : nothing}
        </li>`;
      })}
    </ul>`;
}

customElements.define('winnow-student-rounds', StudentRoundsElement);
