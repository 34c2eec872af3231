/** `<winnow-ask-models>`: a question of the visitor's own to the teacher and to the student before and after training. */

import { css, html, LitElement, nothing } from 'lit';
import { LONGEST_QUESTION, type LiveAnswer } from '../../study/live-answer';
import type { StudySnapshot } from '../../study/snapshot';
import { STUDENT_BEFORE, TEACHER } from '../../study/subjects';
import { icon } from '../icons';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { METHOD_WORDING } from '../wording';
import './live-answer';

interface Subject {
  readonly id: string;
  readonly label: string;
}

class AskModelsElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    snapshot: { attribute: false },
    unasked: { state: true },
    asked: { state: true },
    answers: { state: true },
    asking: { state: true },
  };

  static override styles = [
    base,
    controls,
    css`
      h2 {
        margin-bottom: 0.25rem;
      }
      textarea {
        min-height: 4.5rem;
      }
      form {
        display: grid;
        gap: 0.6rem;
        margin: 0.75rem 0 0;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1.25rem;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        float: left;
        margin-right: 1rem;
        padding: 0;
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      fieldset label {
        display: inline-flex;
        align-items: center;
        gap: 0.4rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .answers {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
        gap: 0.75rem;
        margin-top: 1rem;
      }
    `,
  ];

  declare service: StudyService;
  declare snapshot: StudySnapshot;
  /** Those the visitor does not want to ask. */
  declare unasked: ReadonlySet<string>;
  /** Those of the last question, in their order. */
  declare asked: readonly Subject[];
  declare answers: ReadonlyMap<string, LiveAnswer>;
  declare asking: boolean;
  #stopped = false;

  constructor() {
    super();
    this.unasked = new Set();
    this.asked = [];
    this.answers = new Map();
    this.asking = false;
    new ServiceController(this, () => this.service);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopped = true;
    void this.service.questions.close();
  }

  override render() {
    const canAsk = !this.asking && !this.service.isRunning && this.service.device !== null;
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Try it</h2>
      <p class="small soft">
        Ask a question of your own. Nobody knows its right answer here: every step is checked by the
        rules alone, while it is written.
      </p>
      <form @submit=${(event: SubmitEvent) => void this.#ask(event)}>
        <label
          >Question
          <textarea
            required
            maxlength=${LONGEST_QUESTION}
            spellcheck="true"
            placeholder="A word problem with numbers"
          ></textarea>
        </label>
        <fieldset>
          <legend>Ask</legend>
          ${subjects(this.snapshot).map(
            (subject) =>
              html`<label
                ><input
                  type="checkbox"
                  .checked=${!this.unasked.has(subject.id)}
                  @change=${() => this.#toggle(subject.id)}
                />
                ${subject.label}</label
              >`,
          )}
        </fieldset>
        <div class="actions">
          <button class="primary" ?disabled=${!canAsk}>Ask</button>
          <button type="button" ?disabled=${this.asking} @click=${() => void this.#suggest()}>
            Take one of the study’s problems
          </button>
          ${
            this.asking
              ? html`<button type="button" @click=${() => void this.#stop()}>
                  ${icon('stop')} Stop
                </button>`
              : nothing
          }
        </div>
      </form>
      <div class="answers" aria-live="polite" aria-busy=${this.asking}>
        ${this.asked.map(
          ({ id, label }) =>
            html`<winnow-live-answer
              .heading=${label}
              .answer=${this.answers.get(id) ?? null}
            ></winnow-live-answer>`,
        )}
      </div>
    </section>`;
  }

  #toggle(id: string): void {
    const unasked = new Set(this.unasked);
    if (!unasked.delete(id)) unasked.add(id);
    this.unasked = unasked;
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  async #suggest(): Promise<void> {
    const question = await this.service.questions.suggest(this.snapshot.studyId);
    if (question !== null && this.#field !== null) this.#field.value = question;
  }

  /** One after the other: they share a device. */
  async #ask(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const question = this.#field?.value.trim() ?? '';
    const { studyId } = this.snapshot;
    this.asked = subjects(this.snapshot).filter(({ id }) => !this.unasked.has(id));
    if (question === '' || this.asked.length === 0) return;
    this.answers = new Map();
    this.asking = true;
    this.#stopped = false;
    for (const { id } of this.asked) {
      if (this.#stopped) break;
      const hear = (answer: LiveAnswer): void => {
        this.answers = new Map(this.answers).set(id, answer);
      };
      const answered = await this.service.questions.ask({ studyId, subject: id, question }, hear);
      if (answered === null) break;
      hear(answered);
    }
    this.asked = this.asked.filter(({ id }) => this.answers.has(id));
    this.asking = false;
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    await this.service.questions.stop();
  }
}

/** Who can be asked: runs that have not been validated yet have no student to speak of. */
function subjects({ runs }: StudySnapshot): readonly Subject[] {
  return [
    { id: TEACHER, label: 'Teacher' },
    { id: STUDENT_BEFORE, label: 'Student before training' },
    ...runs
      .filter(({ bestUpdate }) => bestUpdate !== null)
      .map(({ runId, method }) => ({
        id: runId,
        label: `Student: ${METHOD_WORDING[method].label.toLowerCase()}`,
      })),
  ];
}

customElements.define('winnow-ask-models', AskModelsElement);
