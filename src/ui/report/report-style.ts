/** The style sheet of the saved report: it stands alone, reads in light and dark, and prints. */

import { methodProperties, methodRules } from '../method-marks';
import { EscapedHtml } from './escaped-html';

/** A `<style>` element; plain text of our own, so it needs no escaping. */
export const REPORT_STYLE = new EscapedHtml(`<style>
:root { color-scheme: light dark; --paper: #f7f5ef; --surface: #fffefb; --line: #ddd8ca; --ink: #22241f;
  --soft: #5b5c52; --reference: #aaa696; ${methodProperties('light')} }
@media (prefers-color-scheme: dark) { :root { --paper: #161713; --surface: #1f211c; --line: #35372f;
  --ink: #ecebe2; --soft: #a9a99c; --reference: #7d7f72; ${methodProperties('dark')} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 100%/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem clamp(0.9rem, 4vw, 2rem) 4rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0 0 0.3rem; }
h2 { font-size: 1.15rem; margin: 0 0 0.3rem; }
section { margin-top: 1.2rem; padding: 1.2rem; background: var(--surface); border: 1px solid var(--line);
  border-radius: 12px; break-inside: avoid; }
p { margin: 0.3rem 0; }
.soft, figcaption { color: var(--soft); font-size: 0.88rem; }
.lead { font-size: 1.12rem; }
figure { margin: 0.8rem 0 0; }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--ink); }
svg .axis { stroke: var(--line); stroke-width: 1; }
svg .soft { fill: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; margin-top: 0.6rem; }
th, td { padding: 0.4rem 0.6rem; text-align: right; vertical-align: baseline; font-weight: 400;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-size: 0.88rem; white-space: nowrap; }
.group th { padding-top: 1.1rem; font-weight: 650; }
.best { font-weight: 700; }
.note { display: block; color: var(--soft); font-size: 0.8rem; font-weight: 400; }
td { white-space: nowrap; }
ul { margin: 0.4rem 0; padding-left: 1.2rem; }
pre { overflow-x: auto; font-size: 0.82rem; }
${methodRules('color')}
.reference { color: var(--reference); }
@media print { body { background: none; } section { border: 0; padding: 0.5rem 0; } }
</style>`);
