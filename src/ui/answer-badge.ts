/** A final answer with the mark and the word for whether it is the gold one. */

import { html, type TemplateResult } from 'lit';
import { icon } from './icons';

/** @param label what answered, before the answer itself */
export function answerBadge(
  answer: string | null,
  goldAnswer: string,
  label: string,
): TemplateResult {
  if (answer === null) return html`<span class="badge wrong">${icon('cross')} No answer</span>`;
  const right = answer === goldAnswer;
  return html`<span class="badge ${right ? 'right' : 'wrong'}"
    >${icon(right ? 'check' : 'cross')} ${label} ${answer}, ${right ? 'right' : 'wrong'}</span
  >`;
}
