/** The page's icons as inline SVG: always beside words, never instead of them, so hidden from screen readers. */

import { svg, html, type TemplateResult } from 'lit';
import type { Verdict } from '../rationale/trace';
import type { StageState } from '../study/snapshot';

const paths = {
  check: svg`<path d="M3.5 8.5l3 3 6-7" />`,
  cross: svg`<path d="M4 4l8 8M12 4l-8 8" />`,
  repair: svg`<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3" />`,
  waiting: svg`<circle cx="8" cy="8" r="4.5" stroke-dasharray="2 2.2" />`,
  running: svg`<circle cx="8" cy="8" r="5.5" opacity="0.3" /><path d="M8 2.5a5.5 5.5 0 0 1 5.5 5.5" class="turn" />`,
  play: svg`<path d="M5 3l8 5-8 5z" fill="currentColor" stroke-linejoin="round" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  stop: svg`<rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" />`,
  save: svg`<path d="M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10" />`,
  remove: svg`<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5" />`,
  back: svg`<path d="M10 3L5 8l5 5" />`,
  forward: svg`<path d="M6 3l5 5-5 5" />`,
  file: svg`<path d="M4 2h5l3 3v9H4zM9 2v3h3" />`,
  search: svg`<circle cx="7" cy="7" r="4.2" /><path d="M10.2 10.2L14 14" />`,
  undo: svg`<path d="M5.5 2.5L2.5 5.5l3 3M2.5 5.5h7a4 4 0 0 1 0 8h-3" />`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.2" /><path d="M3.5 10.5h-1v-8h8v1" />`,
  bell: svg`<path d="M4 11.5V7a4 4 0 0 1 8 0v4.5l1 1H3zM6.8 14h2.4" />`,
  minus: svg`<path d="M3.5 8h9" />`,
  plus: svg`<path d="M3.5 8h9M8 3.5v9" />`,
  link: svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9" />`,
  keyboard: svg`<rect x="1.5" y="4" width="13" height="8.5" rx="1.5" /><path d="M4.5 7v.1M7 7v.1M9.5 7v.1M12 7v.1M5 10h6" />`,
  warning: svg`<path d="M8 2.5L14 13H2zM8 6.5v3M8 11.2v.1" />`,
} as const;

export type IconName = keyof typeof paths;

/** One icon, 16 units square, in the colour of the text around it. */
export function icon(name: IconName): TemplateResult {
  return html`<svg
    class="icon icon-${name}"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${paths[name]}
  </svg>`;
}

const verdictIcons: Readonly<Record<Verdict, IconName>> = {
  kept: 'check',
  rejected: 'cross',
  repaired: 'repair',
};

export function verdictIcon(verdict: Verdict): TemplateResult {
  return icon(verdictIcons[verdict]);
}

const stateIcons: Readonly<Record<StageState, IconName>> = {
  waiting: 'waiting',
  running: 'running',
  done: 'check',
  failed: 'cross',
};

export function stateIcon(state: StageState): TemplateResult {
  return icon(stateIcons[state]);
}
