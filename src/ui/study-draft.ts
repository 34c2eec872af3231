/** A study as it is being set up: its preset, every setting as chosen, and what is written and cannot be used. */

import * as v from 'valibot';
import { settingsSchema, type StudyConfiguration } from '../study/configuration';
import { likelihoodRefusal, rolloutRefusal, type ModelsConfiguration } from '../study/model-choice';
import { presetConfiguration, type PresetName } from '../study/presets';
import { changedSettings, settingAt, withSetting } from '../study/settings';
import { suitableMethods, suitablePrompts } from './preset-choices';
import { readSetting } from './setting-text';
import { settingWording } from './setting-wording';
import { TRAINED_SETTING } from './settings/training';
import { presetNamed } from './setup-address';

/** What is written in a field and cannot be used. */
export interface RefusedText {
  readonly text: string;
  readonly problem: string;
}

/** What someone gets who chooses adapters: a usual rank, counted twice, in every layer. */
export const ADAPTER_DEFAULTS: NonNullable<StudyConfiguration['training']['lora']> = {
  rank: 16,
  alpha: 32,
  layers: 'all',
};

export interface StudyDraft {
  readonly preset: PresetName;
  /** Each possible by itself; `draftConfiguration` makes them fit together. */
  readonly settings: StudyConfiguration;
  /** By the paths of their settings. */
  readonly refused: ReadonlyMap<string, RefusedText>;
}

/** A preset as it is. */
export function presetDraft(preset: PresetName): StudyDraft {
  return { preset, settings: presetConfiguration(preset), refused: new Map() };
}

/** A configuration to go on from; one of no preset is set against the preset `otherwise`. */
export function draftOf(settings: StudyConfiguration, otherwise: PresetName): StudyDraft {
  return { preset: presetNamed(settings.preset) ?? otherwise, settings, refused: new Map() };
}

/** The draft with a setting as it is written in its field; text that cannot be used is kept beside it. */
export function write(draft: StudyDraft, path: string, text: string): StudyDraft {
  const setting = settingWording(path);
  if (setting === null) throw new Error(`Expected a setting with a field, found ${path}.`);
  const { lora } = draft.settings.training;
  // Chosen by a word, and an object in the configuration.
  if (path === TRAINED_SETTING.path) {
    return choose(draft, path, text === '' ? undefined : (lora ?? ADAPTER_DEFAULTS));
  }
  const written = readSetting(setting, text);
  if ('value' in written) return choose(draft, path, written.value);
  const refused = new Map(draft.refused).set(path, { text, problem: written.problem });
  return { ...draft, refused };
}

/** The draft with another value of a setting. */
export function choose(draft: StudyDraft, path: string, value: unknown): StudyDraft {
  const settings = v.parse(settingsSchema, withSetting(draft.settings, path, value));
  const isOther = ([other]: [string, RefusedText]): boolean =>
    other !== path && !other.startsWith(`${path}.`);
  return { ...draft, settings, refused: new Map([...draft.refused].filter(isOther)) };
}

/** The draft with other models, and with the prompts that suit them where nobody has written others. */
export function chooseModels(draft: StudyDraft, models: ModelsConfiguration): StudyDraft {
  const preset = presetConfiguration(draft.preset);
  const { prompts, models: before } = draft.settings;
  const suited = suitablePrompts(preset, before.teacher);
  const isUntouched = JSON.stringify(prompts) === JSON.stringify(suited);
  const changed = choose(draft, 'models', models);
  return isUntouched
    ? choose(changed, 'prompts', suitablePrompts(preset, models.teacher))
    : changed;
}

/** The draft with a setting as the preset has it. */
export function putBack(draft: StudyDraft, path: string): StudyDraft {
  const preset = presetConfiguration(draft.preset);
  if (path === 'models') return chooseModels(draft, preset.models);
  const { lora = ADAPTER_DEFAULTS } = preset.training;
  // Adapters that the preset does not have begin with their defaults.
  const from = path.startsWith('training.lora.') ? { training: { lora } } : preset;
  return choose(draft, path, settingAt(from, path));
}

/**
 * The configuration that would be started: settings that the chosen teacher or this device cannot serve give way
 * without being forgotten.
 */
export function draftConfiguration(
  { preset, settings }: StudyDraft,
  device: { readonly timesKernels?: boolean } | null,
): StudyConfiguration {
  const { models, methods, feedback, profileKernels } = settings;
  return {
    ...settings,
    preset,
    methods: suitableMethods(methods, models.teacher),
    feedback: {
      ...feedback,
      likelihoods: likelihoodRefusal(models) === '' ? feedback.likelihoods : 0,
      rollouts: rolloutRefusal(models) === '' ? feedback.rollouts : 0,
    },
    profileKernels: profileKernels && device?.timesKernels === true,
  };
}

/** The paths of the settings that differ from the preset, those with unusable text among them. */
export function changedPaths(
  { preset, refused }: StudyDraft,
  configuration: StudyConfiguration,
): readonly string[] {
  const changed = changedSettings(configuration, presetConfiguration(preset));
  return [...new Set([...changed, ...refused.keys()])];
}
