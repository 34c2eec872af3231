/** A step's text with its equation set apart, and a rationale cut into its steps for display. */

import { css, html, nothing, type TemplateResult } from 'lit';

export const stepTextStyles = css`
  .equation {
    font-family: var(--font-mono);
    font-size: 0.9em;
    padding: 0.08em 0.4em;
    border-radius: 5px;
    background: color-mix(in srgb, var(--grain) 16%, transparent);
    overflow-wrap: anywhere;
  }
`;

export const rationaleStyles = [
  stepTextStyles,
  css`
    .plain {
      display: grid;
      gap: 0.5rem;
    }
    .plain li {
      padding: 0.5rem 0.75rem;
      border-radius: var(--radius-small);
      background: var(--sunken);
      overflow-wrap: anywhere;
    }
    .final {
      margin-top: 0.5rem;
      font-weight: 600;
    }
  `,
];

/** The text with everything in square brackets shown as an equation. */
export function stepText(text: string): TemplateResult {
  const parts = text.split(/(\[[^[\]]*\])/);
  return html`${parts.map((part) =>
    part.startsWith('[') && part.endsWith(']')
      ? html`<code class="equation">${part.slice(1, -1)}</code>`
      : part,
  )}`;
}

/** Cuts `step | step | #### 72` into its parts; the last one is the answer line when there is one. */
export function rationaleParts(rationale: string): {
  readonly steps: readonly string[];
  readonly answer: string | null;
} {
  const parts = rationale
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const last = parts.at(-1);
  if (last?.startsWith('####')) return { steps: parts.slice(0, -1), answer: last.slice(4).trim() };
  return { steps: parts, answer: null };
}

/** A rationale without judgement: its steps, and its answer below them. */
export function plainRationale(rationale: string): TemplateResult {
  const { steps, answer } = rationaleParts(rationale);
  return html`<ol class="plain">
      ${steps.map((step) => html`<li>${stepText(step)}</li>`)}
    </ol>
    ${answer === null ? nothing : html`<p class="final">Answer: ${answer}</p>`}`;
}
