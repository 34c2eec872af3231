/** `<winnow-study-options>`: a study set up by preset and setting, its difference from the preset kept in the address. */

import { html, LitElement, nothing } from 'lit';
import { countSplits, type SplitCounts } from '../../data/splits';
import { repeatsArticle } from '../../study/article';
import { splitSizes, type StudyConfiguration } from '../../study/configuration';
import { softMethods } from '../../study/methods';
import {
  likelihoodRefusal,
  rolloutRefusal,
  sharesTokenizer,
  type ModelsConfiguration,
} from '../../study/model-choice';
import { presetConfiguration, type PresetName } from '../../study/presets';
import type { ConfigurationProblem } from '../../study/read-configuration';
import { settingAt } from '../../study/settings';
import type { TeacherPrompts } from '../../text/prompt-template';
import { formatAddress, parseAddress, type Address } from '../address';
import { configurationProblems } from '../configuration-problems';
import { formatCount } from '../format';
import { icon } from '../icons';
import { configurationForFiles, PRIMARY_PRESET } from '../preset-choices';
import { ServiceController } from '../service-controller';
import { GENERAL_SETTINGS, settingLabel } from '../setting-wording';
import type { SettingGroup } from '../settings/setting';
import { FEEDBACK_SETTINGS, PROBLEM_SETTINGS, RATIONALE_SETTINGS } from '../settings/teaching';
import { EVALUATION_SETTINGS, SOFT_SETTINGS, TRAINING_SETTINGS } from '../settings/training';
import { addressedConfiguration, setupAddress } from '../setup-address';
import {
  changedPaths,
  choose,
  chooseModels,
  draftConfiguration,
  draftOf,
  presetDraft,
  putBack,
  write,
  type StudyDraft,
} from '../study-draft';
import type { StudyService } from '../study-service';
import { base } from '../styles/base';
import { controls } from '../styles/controls';
import { options } from '../styles/options';
import './article-choices';
import './backend-choice';
import './configuration-text';
import './method-choice';
import './model-choice';
import './preset-choice';
import './problem-files';
import './profile-choice';
import './prompt-editor';
import './setting-group';
import './split-counts';
import './study-estimate';
import './study-plan';
import './training-choice';
import type { InspectedFiles } from './problem-files';
import type { SettingDetail } from './setting-field';
import type { StartDetail } from './start-screen';

/** Milliseconds of rest before the address follows what is set up. */
const REST_MS = 300;
const OWN_FILES = 'Your own files are used, which are listed below.';

class StudyOptionsElement extends LitElement {
  static override properties = {
    service: { attribute: false },
    address: { attribute: false },
    draft: { state: true },
    inspected: { state: true },
    unusable: { state: true },
    unaskable: { state: true },
    fits: { state: true },
    problems: { state: true },
  };

  static override styles = [base, controls, options];

  declare service: StudyService;
  /** The address that the page was opened at, or led to. */
  declare address: Address;
  declare draft: StudyDraft;
  declare inspected: InspectedFiles | null;
  /** True while a model or hub is written in a way that cannot be used. */
  declare unusable: boolean;
  /** True while a prompt is written in a way that cannot be used. */
  declare unaskable: boolean;
  /** False once it is known that this device cannot run the study. */
  declare fits: boolean;
  /** Why the configuration in the address is not used. */
  declare problems: readonly ConfigurationProblem[];
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.address = { kind: 'home' };
    this.draft = presetDraft(PRIMARY_PRESET);
    this.inspected = null;
    this.unusable = false;
    this.unaskable = false;
    this.fits = true;
    this.problems = [];
    new ServiceController(this, () => this.service);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('address') || this.address.kind !== 'setup') {
      // Whoever changes something has seen what was wrong with the address, which is written anew.
      if (changed.has('draft')) this.problems = [];
      return;
    }
    const read = addressedConfiguration(this.address);
    this.problems = 'problems' in read ? read.problems : [];
    if ('configuration' in read) this.#goOnFrom(read.configuration);
  }

  override firstUpdated(): void {
    // Who follows a link to a study set up comes for this part of the page.
    if (this.address.kind === 'setup') this.scrollIntoView({ block: 'start' });
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('draft') || changed.get('draft') === undefined) return;
    // Browsers refuse more than a few changes of the address a second.
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#writeAddress(), REST_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#resting);
  }

  override render() {
    const { draft, service, inspected: files } = this;
    const configuration = this.#configuration;
    const changed = changedPaths(draft, configuration);
    const planned = files === null ? null : plannedSplits(files, configuration);
    return html`<section
      class="panel"
      aria-labelledby="title"
      @winnow-setting=${this.#changeSetting}
    >
      <h2 id="title">Another study</h2>
      ${
        this.problems.length > 0
          ? html`<div class="unusable small" role="alert">
              ${configurationProblems(
                'The address describes a study that cannot be set up, so the preset is shown as it is.',
                this.problems,
              )}
            </div>`
          : nothing
      }
      <winnow-preset-choice
        .service=${service}
        .chosen=${draft.preset}
        @winnow-preset=${(event: CustomEvent<PresetName>) => this.#changePreset(event.detail)}
      ></winnow-preset-choice>
      ${repeatsArticle(draft) ? html`<winnow-article-choices></winnow-article-choices>` : nothing}
      <winnow-backend-choice class="run-on" .service=${service}></winnow-backend-choice>
      <winnow-model-choice
        .service=${service}
        .models=${configuration.models}
        @winnow-models=${this.#changeModels}
      ></winnow-model-choice>
      <div class="groups">
        ${this.#renderGroups(configuration, changed)}
        <winnow-configuration-text
          .configuration=${configuration}
          @winnow-configuration=${(event: CustomEvent<StudyConfiguration>) =>
            this.#goOnFrom(event.detail)}
        ></winnow-configuration-text>
      </div>
      <winnow-problem-files
        .service=${service}
        @winnow-files=${(event: CustomEvent<InspectedFiles | null>) =>
          (this.inspected = event.detail)}
      ></winnow-problem-files>
      ${
        planned === null || typeof planned === 'string'
          ? nothing
          : html`<winnow-split-counts class="planned" .counts=${planned}></winnow-split-counts>`
      }
      <winnow-study-estimate
        .service=${service}
        .configuration=${configuration}
        @winnow-fits=${(event: CustomEvent<boolean>) => (this.fits = event.detail)}
      ></winnow-study-estimate>
      <winnow-study-plan .service=${service} .configuration=${configuration}></winnow-study-plan>
      ${this.#renderStart(configuration, planned)} ${this.#renderDifference(changed)}
    </section>`;
  }

  #renderGroups(configuration: StudyConfiguration, changed: readonly string[]) {
    const { draft } = this;
    const { feedback, models, prompts, rationale, training } = configuration;
    // Settings that only matter where others ask for what they are about.
    const idle: Readonly<Record<string, boolean>> = {
      'feedback.roundProblems': feedback.rounds === 1,
      'feedback.continuations': feedback.rounds === 1,
      'feedback.rolloutContinuations': feedback.rollouts === 0,
      'rationale.diverseSamples': !configuration.methods.includes('cot-diverse'),
      'evaluation.temperature': configuration.evaluation.samples < 2,
    };
    const refusals = Object.entries({
      'feedback.likelihoods': likelihoodRefusal(models),
      'feedback.rollouts': rolloutRefusal(models),
    }).filter(([, refusal]) => refusal !== '');
    const group = (
      { title, settings }: SettingGroup,
      further: readonly string[],
      inside: unknown = nothing,
      locked: Readonly<Record<string, string>> = {},
    ) =>
      html`<winnow-setting-group
        .heading=${title}
        .settings=${settings.filter(({ path }) => idle[path] !== true)}
        .further=${further}
        .locked=${locked}
        .draft=${draft}
        .configuration=${configuration}
        .changed=${changed}
        >${inside}</winnow-setting-group
      >`;
    const preset = presetConfiguration(draft.preset);
    return html`${group(
      {
        title: `Methods: ${configuration.methods.length} compared`,
        settings: softMethods(configuration.methods).length > 0 ? SOFT_SETTINGS : [],
      },
      ['methods'],
      html`<winnow-method-choice
        .methods=${configuration.methods}
        .preset=${preset.methods}
        .canBeSoft=${sharesTokenizer(models.teacher)}
        @winnow-methods=${(event: CustomEvent<StudyConfiguration['methods']>) =>
          (this.draft = choose(draft, 'methods', event.detail))}
      ></winnow-method-choice>`,
    )}
    ${group(PROBLEM_SETTINGS, [], nothing, this.inspected === null ? {} : { 'data.source': OWN_FILES })}
    ${group(
      RATIONALE_SETTINGS,
      ['prompts'],
      html`<winnow-prompt-editor
        slot="after"
        .prompts=${prompts}
        .hintedSamples=${rationale.hintedSamples}
        @winnow-prompts=${this.#changePrompts}
      ></winnow-prompt-editor>`,
    )}
    ${group(FEEDBACK_SETTINGS, [], nothing, Object.fromEntries(refusals))}
    ${group(
      TRAINING_SETTINGS,
      ['training.lora'],
      html`<winnow-training-choice
        .lora=${training.lora}
        .preset=${preset.training.lora}
        .refused=${draft.refused}
        @winnow-lora=${(event: CustomEvent<StudyConfiguration['training']['lora']>) =>
          (this.draft = choose(draft, 'training.lora', event.detail))}
      ></winnow-training-choice>`,
    )}
    ${group(EVALUATION_SETTINGS, [])}
    ${group(
      GENERAL_SETTINGS,
      ['profileKernels'],
      html`<winnow-profile-choice
        .device=${this.service.device}
        .chosen=${configuration.profileKernels}
        @winnow-profile=${(event: CustomEvent<boolean>) =>
          (this.draft = choose(draft, 'profileKernels', event.detail))}
      ></winnow-profile-choice>`,
    )}`;
  }

  #renderDifference(changed: readonly string[]) {
    if (changed.length === 0) return nothing;
    const names = changed.map(settingLabel).join(', ');
    return html`<div class="differs small" role="group" aria-label="What differs from the preset">
      <p>
        <strong>${formatCount(changed.length)} changed</strong> from the preset
        ${this.draft.preset}: ${names}.
      </p>
      <button @click=${() => (this.draft = presetDraft(this.draft.preset))}>
        ${icon('undo')} Put all back
      </button>
    </div>`;
  }

  #renderStart(configuration: StudyConfiguration, planned: SplitCounts | string | null) {
    const { data, training } = configuration;
    const sentence =
      this.inspected === null
        ? `${formatCount(data.trainProblems)} to train on, ${formatCount(data.validationProblems)} to validate, ${formatCount(data.testProblems)} to test.`
        : `On your own problems; those longer than ${training.maximumInputTokens} tokens are left out of training.`;
    const obstacle = typeof planned === 'string' ? planned : this.#obstacle(configuration);
    return html`<div class="start">
      <button ?disabled=${!this.#canStart || obstacle !== ''} @click=${this.#start}>
        Start this study
      </button>
      ${
        obstacle === ''
          ? html`<p class="small soft">${sentence}</p>`
          : html`<p class="small error" role="status">${obstacle}</p>`
      }
    </div>`;
  }

  /** What has to be put right first; empty where nothing has. */
  #obstacle({ data }: StudyConfiguration): string {
    const refused = [...this.draft.refused.keys()].map(settingLabel);
    if (refused.length > 0) return `Put right first: ${refused.join(', ')}.`;
    if (data.source === 'files' && this.inspected === null) {
      return 'Choose the files with your own problems first.';
    }
    return '';
  }

  get #canStart(): boolean {
    const { device, busy, isRunning } = this.service;
    return device !== null && !busy && !isRunning && !this.unusable && !this.unaskable && this.fits;
  }

  get #configuration(): StudyConfiguration {
    const configuration = draftConfiguration(this.draft, this.service.device);
    return this.inspected === null ? configuration : configurationForFiles(configuration);
  }

  /** The seed, the limit of memory and the profile are the visitor's and the computer's: presets do not change them. */
  #changePreset(name: PresetName): void {
    const { settings } = this.draft;
    const kept = ['seed', 'memoryBudget', 'profileKernels'];
    this.draft = kept.reduce(
      (draft, path) => choose(draft, path, settingAt(settings, path)),
      presetDraft(name),
    );
    this.#forgetUnusable();
  }

  #goOnFrom(configuration: StudyConfiguration): void {
    this.draft = draftOf(configuration, PRIMARY_PRESET);
    this.#forgetUnusable();
  }

  #forgetUnusable(): void {
    this.unusable = false;
    this.unaskable = false;
  }

  #changeSetting(event: CustomEvent<SettingDetail>): void {
    const { path, text } = event.detail;
    this.draft = text === null ? putBack(this.draft, path) : write(this.draft, path, text);
  }

  #changePrompts(event: CustomEvent<TeacherPrompts | null>): void {
    this.unaskable = event.detail === null;
    if (event.detail !== null) this.draft = choose(this.draft, 'prompts', event.detail);
  }

  #changeModels(event: CustomEvent<ModelsConfiguration | null>): void {
    this.unusable = event.detail === null;
    if (event.detail !== null) this.draft = chooseModels(this.draft, event.detail);
  }

  /** Keeps the address with what is set up, so that it can be taken along; the history has one entry for all. */
  #writeAddress(): void {
    const { kind } = parseAddress(window.location.hash);
    if (kind !== 'home' && kind !== 'setup') return;
    const address = setupAddress(draftConfiguration(this.draft, this.service.device));
    window.history.replaceState(null, '', formatAddress(address));
  }

  #start(): void {
    const configuration = this.#configuration;
    const detail: StartDetail =
      this.inspected === null ? { configuration } : { configuration, files: this.inspected.files };
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
