/** A step's text with its equation set apart, and a rationale cut into its steps for display. */

import { css, html, type TemplateResult } from 'lit';

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
