/** The design tokens: every colour, size and shadow of the page as custom properties, light and dark. */

import { css, unsafeCSS } from 'lit';
import { methodProperties } from '../method-marks';

export const tokens = css`
  :root {
    color-scheme: light dark;
    --font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    --font-mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace;

    --paper: #f7f5ef;
    --surface: #fffefb;
    --sunken: #f0ede4;
    --line: #ddd8ca;
    --line-strong: #8a8574;
    --ink: #22241f;
    --ink-soft: #5b5c52;
    --accent: #1c5d4a;
    --accent-strong: #134536;
    --accent-soft: #e2efe7;
    --on-accent: #ffffff;
    --grain: #b97f10;
    --grain-soft: #fbf0d4;
    --focus: #1d5fbf;

    --kept: #1f6b3a;
    --kept-soft: #e3f1e5;
    --rejected: #a8321f;
    --rejected-soft: #fae6e0;
    --repaired: #5a489f;
    --repaired-soft: #ebe7f8;

    ${unsafeCSS(methodProperties('light'))}

    --shadow: 0 1px 2px rgb(60 52 30 / 7%), 0 4px 18px rgb(60 52 30 / 5%);
    --radius: 12px;
    --radius-small: 7px;
    --gap: 1rem;
    --text-small: 0.85rem;
  }

  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #161713;
      --surface: #1f211c;
      --sunken: #191a16;
      --line: #35372f;
      --line-strong: #7d7f72;
      --ink: #ecebe2;
      --ink-soft: #a9a99c;
      --accent: #6fc7a3;
      --accent-strong: #8ad8b8;
      --accent-soft: #20372d;
      --on-accent: #0d1f18;
      --grain: #e6b64f;
      --grain-soft: #3a301a;
      --focus: #8ab8ff;

      --kept: #82cf98;
      --kept-soft: #1f3325;
      --rejected: #f2937d;
      --rejected-soft: #3d2520;
      --repaired: #b9a9f2;
      --repaired-soft: #2d2843;

      ${unsafeCSS(methodProperties('dark'))}

      --shadow: 0 1px 2px rgb(0 0 0 / 30%), 0 4px 18px rgb(0 0 0 / 22%);
    }
  }
`;

/** Rules for the document itself; everything else is styled inside the elements. */
export const documentStyles = css`
  html {
    background: var(--paper);
    color: var(--ink);
    font: 100%/1.5 var(--font);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  body {
    margin: 0;
    min-width: 320px;
  }
  @media (prefers-reduced-motion: no-preference) {
    html {
      scroll-behavior: smooth;
    }
  }
`;
