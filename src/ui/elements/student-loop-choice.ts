/** `<winnow-student-loop-choice>`: how often the student is examined and trained again; says `winnow-student-loop`. */

import { css, html, LitElement, nothing } from 'lit';
import type { StudyConfiguration } from '../../study/configuration';
import { base } from '../styles/base';
import { controls } from '../styles/controls';

/** The event `winnow-student-loop` carries this part of the configuration. */
export type StudentLoopDetail = Pick<
  StudyConfiguration['feedback'],
  'rounds' | 'roundProblems' | 'continuations'
>;

const MOST: Readonly<Record<keyof StudentLoopDetail, number>> = {
  rounds: 8,
  roundProblems: 1_000_000,
  continuations: 16,
};

class StudentLoopChoiceElement extends LitElement {
  static override properties = { chosen: { attribute: false } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        margin-top: 0.75rem;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
        gap: 0.75rem;
      }
      p {
        margin: 0.35rem 0 0;
      }
    `,
  ];

  declare chosen: StudentLoopDetail;

  override render() {
    const loops = this.chosen.rounds > 1;
    return html`<div class="fields">
        ${this.#renderNumber('rounds', 'Rounds of training, at most', 1, 'The feedback method’s student is trained so often, each time from the start.')}
        ${
          loops
            ? html`${this.#renderNumber('roundProblems', 'Problems examined', 1, 'The student is examined on so many training problems after a round.')}
              ${this.#renderNumber('continuations', 'Teacher’s continuations', 0, 'So often the teacher goes on from where the student failed.')}`
            : nothing
        }
      </div>
      <p class="small soft">
        ${
          loops
            ? 'Between two rounds the feedback method’s student shows which steps it cannot take itself: they count more in the next. Every round takes as long as the first.'
            : 'With 1 the student is not examined. With more, the feedback method’s student is trained again on what it failed at.'
        }
      </p>`;
  }

  #renderNumber(which: keyof StudentLoopDetail, label: string, least: number, title: string) {
    return html`<label title=${title}
      >${label}
      <input
        id=${which}
        type="number"
        min=${least}
        max=${MOST[which]}
        step="1"
        inputmode="numeric"
        .value=${String(this.chosen[which])}
        @change=${(event: Event) => this.#change(event, which)}
      />
    </label>`;
  }

  #change({ target }: Event, which: keyof StudentLoopDetail): void {
    if (!(target instanceof HTMLInputElement)) return;
    const value = Number(target.value);
    if (target.value === '' || !target.validity.valid || !Number.isInteger(value)) {
      target.value = String(this.chosen[which]);
      return;
    }
    const { rounds, roundProblems, continuations } = this.chosen;
    const detail: StudentLoopDetail = { rounds, roundProblems, continuations, [which]: value };
    this.dispatchEvent(new CustomEvent('winnow-student-loop', { detail }));
  }
}

customElements.define('winnow-student-loop-choice', StudentLoopChoiceElement);
