/** `<winnow-taught-rationale>`: what the student is taught, plain or as the changes to what the teacher wrote. */

import { css, html, LitElement, nothing } from 'lit';
import { taughtAttempt } from '../../rationale/taught';
import type { Trace } from '../../rationale/trace';
import { icon, type IconName } from '../icons';
import { differ, type StepDifference, type WordDifference } from '../rationale-difference';
import { plainRationale, rationaleParts, rationaleStyles, stepText } from '../step-text';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { attemptTitle } from '../trace-history';
import { PROVENANCE_WORDING } from '../wording';

const KINDS: Readonly<
  Record<StepDifference['kind'], { readonly icon: IconName; readonly label: string }>
> = {
  same: { icon: 'check', label: 'Unchanged' },
  removed: { icon: 'minus', label: 'Left out' },
  added: { icon: 'plus', label: 'Added' },
  changed: { icon: 'repair', label: 'Changed' },
};

class TaughtRationaleElement extends LitElement {
  static override properties = {
    trace: { attribute: false },
    plain: { state: true },
  };

  static override styles = [
    base,
    controls,
    rationaleStyles,
    css`
      section {
        border-left: 4px solid var(--accent);
        padding-left: 0.9rem;
      }
      h3 {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.6rem;
        margin-bottom: 0.55rem;
      }
      h3 button {
        min-height: 1.8rem;
        margin-left: auto;
        padding: 0 0.65rem;
        font-size: 0.8rem;
      }
      .changes {
        display: grid;
        gap: 0.3rem;
      }
      .changes li {
        display: grid;
        grid-template-columns: 1.1rem minmax(0, 1fr);
        gap: 0.4rem;
        padding: 0.4rem 0.65rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        overflow-wrap: anywhere;
      }
      .changes .icon {
        width: 13px;
        height: 13px;
        margin-top: 0.35rem;
      }
      .changes .removed {
        color: var(--ink-soft);
        text-decoration: line-through;
        text-decoration-color: color-mix(in srgb, currentColor 40%, transparent);
      }
      .same .icon {
        color: var(--kept);
      }
      .removed .icon {
        color: var(--rejected);
      }
      .added .icon,
      .changed .icon {
        color: var(--repaired);
      }
      del {
        color: var(--rejected);
        text-decoration-color: color-mix(in srgb, currentColor 55%, transparent);
      }
      ins {
        border-radius: 3px;
        background: var(--repaired-soft);
        color: var(--repaired);
        text-decoration: underline;
        text-decoration-thickness: 1px;
      }
      .small {
        margin-top: 0.45rem;
      }
    `,
  ];

  declare trace: Trace;
  declare plain: boolean;

  constructor() {
    super();
    this.plain = false;
  }

  override render() {
    const { winnowed, provenance } = this.trace;
    if (provenance === null) return nothing;
    const { label, explanation } = PROVENANCE_WORDING[provenance];
    const { title, steps } = before(this.trace);
    const changes = winnowed === null ? [] : differ(steps, rationaleParts(winnowed).steps);
    const isChanged = changes.some(({ kind }) => kind !== 'same');
    return html`<section aria-label="Winnowed rationale">
      <h3>
        What the student is taught <span class="badge">${label}</span>
        ${
          isChanged
            ? html`<button
                aria-pressed=${this.plain ? 'false' : 'true'}
                title="What became of every step of ${title.toLowerCase()}"
                @click=${() => (this.plain = !this.plain)}
              >
                Changes
              </button>`
            : nothing
        }
      </h3>
      ${
        winnowed === null
          ? nothing
          : isChanged && !this.plain
            ? renderChanges(changes, title, rationaleParts(winnowed).answer)
            : plainRationale(winnowed)
      }
      <p class="small soft">${explanation}</p>
    </section>`;
  }
}

/** What the taught rationale is compared with: the attempt it was made of, or the first where it was made of none. */
function before(trace: Trace): { title: string; steps: readonly string[] } {
  const attempt = taughtAttempt(trace) ?? trace.judged[0];
  if (attempt === undefined) return { title: attemptTitle({ sample: 0 }), steps: [] };
  return { title: attemptTitle(attempt), steps: attempt.steps.map(({ text }) => text) };
}

function renderChanges(changes: readonly StepDifference[], title: string, answer: string | null) {
  return html`<ol class="changes" aria-label="Changes to ${title.toLowerCase()}">
      ${changes.map(
        ({ kind, words }) =>
          html`<li class=${kind}>
            ${icon(KINDS[kind].icon)}
            <span
              ><span class="visually-hidden">${KINDS[kind].label}: </span>${
                kind === 'changed'
                  ? words.map(renderWords)
                  : words.map(({ text }) => stepText(text))
              }</span
            >
          </li>`,
      )}
    </ol>
    ${answer === null ? nothing : html`<p class="final">Answer: ${answer}</p>`}`;
}

function renderWords({ kind, text }: WordDifference) {
  if (kind === 'same') return text;
  return kind === 'removed' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`;
}

customElements.define('winnow-taught-rationale', TaughtRationaleElement);
