/** One answer to a problem as a card: who gave it, whether it is right, and what was written. */

import { html, nothing } from 'lit';
import { answerBadge } from './answer-badge';
import { formatCount } from './format';
import { plainRationale } from './step-text';

export interface ShownAnswer {
  readonly title: string;
  /** The method whose colour it has; empty for none. */
  readonly method: string;
  readonly text: string;
  readonly answer: string | null;
  readonly tokens: number;
}

export function answerCard(
  { title, method, text, answer, tokens }: ShownAnswer,
  goldAnswer: string,
) {
  return html`<article class="card ${method}" aria-label=${title}>
    <h4>${title}</h4>
    <p class="facts">
      ${answerBadge(answer, goldAnswer, 'Answer')}
      <span class="small soft">${formatCount(tokens)} tokens</span>
    </p>
    ${
      // A student of bare answers writes nothing else.
      text.trim() === answer ? nothing : plainRationale(text)
    }
  </article>`;
}
