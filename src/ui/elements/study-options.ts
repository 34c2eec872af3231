/** `<winnow-study-options>`: a study other than the demo, by preset, seed, backend or the visitor's own problems. */

import { html, LitElement, nothing } from 'lit';
import { countSplits, type SplitCounts } from '../../data/splits';
import { splitSizes, type StudyConfiguration } from '../../study/configuration';
import {
  likelihoodRefusal,
  rolloutRefusal,
  sharesTokenizer,
  type ModelsConfiguration,
} from '../../study/model-choice';
import { BACKEND_CHOICES, type BackendChoice } from '../address';
import { formatCount } from '../format';
import {
  chosenConfiguration,
  configurationForFiles,
  presetChoices,
  PRIMARY_PRESET,
  suitableMethods,
  suitablePrompts,
} from '../preset-choices';
import { ServiceController } from '../service-controller';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { options } from '../styles/options';
import './likelihood-choice';
import './rollout-choice';
import type { RolloutDetail } from './rollout-choice';
import './method-choice';
import type { MethodsDetail } from './method-choice';
import './student-loop-choice';
import type { StudentLoopDetail } from './student-loop-choice';
import './training-choice';
import type { TrainingDetail } from './training-choice';
import './model-choice';
import './problem-files';
import './profile-choice';
import './prompt-editor';
import type { PromptsDetail } from './prompt-editor';
import type { InspectedFiles } from './problem-files';
import './split-counts';
import './study-estimate';
import type { StartDetail } from './start-screen';

const backendLabels: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic',
  webgpu: 'WebGPU',
  wasm: 'WebAssembly (no GPU)',
};

class StudyOptionsElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    preset: { state: true },
    seed: { state: true },
    likelihoods: { state: true },
    rolled: { state: true },
    inspected: { state: true },
    models: { state: true },
    training: { state: true },
    compared: { state: true },
    loop: { state: true },
    budget: { state: true },
    gsm8k: { state: true },
    asked: { state: true },
    unusable: { state: true },
    unaskable: { state: true },
    profiled: { state: true },
    fits: { state: true },
  };

  static override styles = [base, controls, options];

  declare service: StudyService;
  declare preset: string;
  declare seed: number | null;
  /** Sequences scored at most; null while they are the preset's. */
  declare likelihoods: number | null;
  /** The budget of rollouts; null while it is the preset's. */
  declare rolled: RolloutDetail | null;
  declare inspected: InspectedFiles | null;
  /** Null while they are the preset's. */
  declare models: ModelsConfiguration | null;
  /** How the student is trained; null while it is the preset's way. */
  declare training: TrainingDetail | null;
  /** The methods, and how soft ones learn; null while it is the preset's way. */
  declare compared: MethodsDetail | null;
  /** The rounds of the student loop; null while they are the preset's. */
  declare loop: StudentLoopDetail | null;
  /** Megabytes of GPU memory; null without a limit. It is the computer's, so presets do not change it. */
  declare budget: number | null;
  /** True while a model or hub is written in a way that cannot be used. */
  declare unusable: boolean;
  /** How the teacher is asked; null while it is the preset's way. */
  declare asked: PromptsDetail | null;
  /** True while a prompt is written in a way that cannot be used. */
  declare unaskable: boolean;
  /** Whether every kernel is timed, where the device can. */
  declare profiled: boolean;
  /** False once it is known that this device cannot run the study. */
  declare fits: boolean;
  /** Null while the problems are the preset's. */
  declare gsm8k: boolean | null;

  constructor() {
    super();
    this.preset = PRIMARY_PRESET;
    this.seed = null;
    this.likelihoods = null;
    this.rolled = null;
    this.inspected = null;
    this.models = null;
    this.training = null;
    this.compared = null;
    this.loop = null;
    this.budget = null;
    this.gsm8k = null;
    this.unusable = false;
    this.asked = null;
    this.unaskable = false;
    this.profiled = false;
    this.fits = true;
    new ServiceController(this, () => this.service);
  }

  override render() {
    const configuration = this.#configuration;
    const files = this.inspected;
    const sizes = configuration.data;
    const planned = files === null ? null : plannedSplits(files, configuration);
    return html`<section class="panel" aria-labelledby="title">
      <h2 id="title">Another study</h2>
      <fieldset class="presets">
        <legend>Preset</legend>
        ${presetChoices().map(
          (choice) =>
            html`<label class="preset">
              <input
                type="radio"
                name="preset"
                .checked=${choice.name === this.preset}
                @change=${() => this.#changePreset(choice.name)}
              />
              <strong>${choice.name}</strong>
              <span class="small soft">${choice.description}</span>
            </label>`,
        )}
      </fieldset>
      <div class="fields">
        <label
          title="Fixes the problems, the sampling and the order of the data: the same seed repeats a study exactly on the same device."
          >Seed
          <input
            type="number"
            min="0"
            max="4294967295"
            step="1"
            inputmode="numeric"
            .value=${String(configuration.seed)}
            @change=${this.#changeSeed}
          />
        </label>
        <label
          >Run on
          <select @change=${this.#changeBackend} ?disabled=${this.service.isRunning}>
            ${BACKEND_CHOICES.map(
              (choice) =>
                html`<option value=${choice} .selected=${choice === this.service.backend}>
                  ${backendLabels[choice]}
                </option>`,
            )}
          </select>
        </label>
        <label
          title="The study takes no more GPU memory than this, and stops with a sentence before it would. Empty: what the device gives."
          >GPU memory at most, MB
          <input
            type="number"
            min="64"
            max="1048576"
            step="1"
            inputmode="numeric"
            placeholder="no limit"
            .value=${configuration.memoryBudget === null ? '' : String(configuration.memoryBudget)}
            @change=${this.#changeBudget}
          />
        </label>
      </div>
      <winnow-model-choice
        .service=${this.service}
        .models=${configuration.models}
        @winnow-models=${this.#changeModels}
      ></winnow-model-choice>
      <winnow-training-choice
        .lora=${configuration.training.lora}
        .recomputes=${configuration.training.recomputeActivations}
        @winnow-training=${(event: CustomEvent<TrainingDetail>) => (this.training = event.detail)}
      ></winnow-training-choice>
      <winnow-student-loop-choice
        .chosen=${configuration.feedback}
        @winnow-student-loop=${(event: CustomEvent<StudentLoopDetail>) =>
          (this.loop = event.detail)}
      ></winnow-student-loop-choice>
      <winnow-method-choice
        .methods=${configuration.methods}
        .soft=${configuration.training.soft}
        .canBeSoft=${sharesTokenizer(configuration.models.teacher)}
        @winnow-methods=${(event: CustomEvent<MethodsDetail>) => (this.compared = event.detail)}
      ></winnow-method-choice>
      <winnow-likelihood-choice
        .models=${configuration.models}
        .sequences=${configuration.feedback.likelihoods}
        @winnow-likelihoods=${(event: CustomEvent<number>) => (this.likelihoods = event.detail)}
      ></winnow-likelihood-choice>
      <winnow-rollout-choice
        .models=${configuration.models}
        .chosen=${configuration.feedback}
        @winnow-rollouts=${(event: CustomEvent<RolloutDetail>) => (this.rolled = event.detail)}
      ></winnow-rollout-choice>
      <winnow-prompt-editor
        .prompts=${configuration.prompts}
        .hintedSamples=${configuration.rationale.hintedSamples}
        @winnow-prompts=${this.#changePrompts}
      ></winnow-prompt-editor>
      <label class="problems"
        >Problems
        <select ?disabled=${files !== null} @change=${this.#changeProblems}>
          <option value="pocket" .selected=${configuration.data.source === 'pocket'}>
            generated here, no download
          </option>
          <option value="gsm8k" .selected=${configuration.data.source === 'gsm8k'}>
            GSM8K, about 5 MB
          </option>
        </select>
      </label>
      <winnow-problem-files
        .service=${this.service}
        @winnow-files=${(event: CustomEvent<InspectedFiles | null>) =>
          (this.inspected = event.detail)}
      ></winnow-problem-files>
      <winnow-profile-choice
        .device=${this.service.device}
        .chosen=${this.profiled}
        @winnow-profile=${(event: CustomEvent<boolean>) => (this.profiled = event.detail)}
      ></winnow-profile-choice>
      ${
        planned === null || typeof planned === 'string'
          ? nothing
          : html`<winnow-split-counts class="planned" .counts=${planned}></winnow-split-counts>`
      }
      <winnow-study-estimate
        .service=${this.service}
        .configuration=${files ? configurationForFiles(configuration) : configuration}
        @winnow-fits=${(event: CustomEvent<boolean>) => (this.fits = event.detail)}
      ></winnow-study-estimate>
      <div class="start">
        <button ?disabled=${!this.#canStart || typeof planned === 'string'} @click=${this.#start}>
          Start this study
        </button>
        ${
          typeof planned === 'string'
            ? html`<p class="small error" role="status">${planned}</p>`
            : html`<p class="small soft">
                ${
                  files
                    ? `On your own problems; those longer than ${configuration.training.maximumInputTokens} tokens are left out of training.`
                    : `${formatCount(sizes.trainProblems)} to train on, ${formatCount(sizes.validationProblems)} to validate, ${formatCount(sizes.testProblems)} to test.`
                }
              </p>`
        }
      </div>
    </section>`;
  }

  get #canStart(): boolean {
    const { device, busy, isRunning } = this.service;
    return device !== null && !busy && !isRunning && !this.unusable && !this.unaskable && this.fits;
  }

  get #configuration(): StudyConfiguration {
    const preset = chosenConfiguration(this.preset, this.seed);
    const source =
      this.gsm8k === null
        ? preset.data.source
        : this.gsm8k
          ? ('gsm8k' as const)
          : ('pocket' as const);
    const models = this.models ?? preset.models;
    return {
      ...preset,
      models,
      methods: suitableMethods(this.compared?.methods ?? preset.methods, models.teacher),
      memoryBudget: this.budget,
      training: {
        ...preset.training,
        ...this.training,
        soft: this.compared?.soft ?? preset.training.soft,
      },
      data: { ...preset.data, source },
      prompts: this.asked?.prompts ?? suitablePrompts(preset, models.teacher),
      feedback: {
        ...preset.feedback,
        ...this.loop,
        ...this.rolled,
        ...(rolloutRefusal(models) === '' ? {} : { rollouts: 0 }),
        likelihoods:
          likelihoodRefusal(models) === '' ? (this.likelihoods ?? preset.feedback.likelihoods) : 0,
      },
      rationale: {
        ...preset.rationale,
        hintedSamples: this.asked?.hintedSamples ?? preset.rationale.hintedSamples,
      },
      profileKernels: this.profiled && this.service.device?.timesKernels === true,
    };
  }

  #changePreset(name: string): void {
    this.preset = name;
    this.likelihoods = null;
    this.rolled = null;
    this.models = null;
    this.training = null;
    this.compared = null;
    this.loop = null;
    this.gsm8k = null;
    this.asked = null;
    this.unusable = false;
    this.unaskable = false;
  }

  #changePrompts(event: CustomEvent<PromptsDetail | null>): void {
    this.unaskable = event.detail === null;
    this.asked = event.detail ?? this.asked;
  }

  #changeModels(event: CustomEvent<ModelsConfiguration | null>): void {
    this.unusable = event.detail === null;
    this.models = event.detail ?? this.models;
  }

  #changeProblems(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.gsm8k = event.target.value === 'gsm8k';
  }

  #changeSeed(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const seed = Number(event.target.value);
    const valid =
      event.target.value !== '' && event.target.validity.valid && Number.isInteger(seed);
    this.seed = valid ? seed : null;
    if (!valid) event.target.value = String(chosenConfiguration(this.preset, null).seed);
  }

  #changeBudget(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const { value, validity } = event.target;
    const valid = value !== '' && validity.valid && Number.isInteger(Number(value));
    this.budget = valid ? Number(value) : null;
    if (!valid) event.target.value = '';
  }

  #changeBackend(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    const choice = BACKEND_CHOICES.find((candidate) => candidate === value);
    if (choice) void this.service.chooseBackend(choice);
  }

  #start(): void {
    const configuration = this.#configuration;
    const detail: StartDetail = this.inspected
      ? {
          configuration: configurationForFiles(configuration),
          files: this.inspected.files,
        }
      : { configuration };
    this.dispatchEvent(new CustomEvent('winnow-start', { detail }));
  }
}

/** What a study on these files would take, or the sentence that says why there can be none. */
function plannedSplits(
  { inspection, isOutdated }: InspectedFiles,
  configuration: StudyConfiguration,
): SplitCounts | string {
  if (isOutdated) return 'The files are being read.';
  if (inspection.obstacle !== '')
    return 'The files cannot be used yet; see what is said of them above.';
  try {
    return countSplits(inspection.problems, splitSizes(configuration), inspection.officialTest);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

customElements.define('winnow-study-options', StudyOptionsElement);
