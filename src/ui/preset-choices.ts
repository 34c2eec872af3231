/** The presets as the page offers them, and the configuration that a choice comes to. */

import {
  PRESET_DESCRIPTIONS,
  PRESET_NAMES,
  presetConfiguration,
  type PresetName,
} from '../study/presets';
import type { StudyConfiguration } from '../study/configuration';
import { COMPARED_METHODS, METHOD_TRAITS, type Method } from '../study/methods';
import { sharesTokenizer, type TeacherChoice } from '../study/model-choice';
import { promptsOfStyle } from '../study/prompts';

interface PresetChoice {
  readonly name: PresetName;
  readonly description: string;
}

/** The preset that the primary button runs. */
export const PRIMARY_PRESET: PresetName = 'demo';

/** The presets, the primary one first. */
export function presetChoices(): readonly PresetChoice[] {
  return PRESET_NAMES.map((name) => ({ name, description: PRESET_DESCRIPTIONS[name] })).toSorted(
    (first, second) =>
      Number(second.name === PRIMARY_PRESET) - Number(first.name === PRIMARY_PRESET),
  );
}

/**
 * The configuration of a preset with a seed.
 *
 * @throws Error naming the presets there are when `name` is not one of them.
 */
export function chosenConfiguration(name: string, seed: number | null): StudyConfiguration {
  const preset = PRESET_NAMES.find((candidate) => candidate === name);
  if (preset === undefined) {
    throw new Error(
      `Expected one of the presets ${PRESET_NAMES.join(', ')}, found "${name}". Choose one of these.`,
    );
  }
  const configuration = presetConfiguration(preset);
  return seed === null ? configuration : { ...configuration, seed };
}

/** The prompts that suit a teacher: the trained form for the pocket one, worked examples for all others. */
export function suitablePrompts(
  preset: StudyConfiguration,
  teacher: TeacherChoice,
): StudyConfiguration['prompts'] {
  const kept = (preset.models.teacher.source === 'pocket') === (teacher.source === 'pocket');
  if (kept) return preset.prompts;
  return promptsOfStyle(teacher.source === 'pocket' ? 'trained' : 'few-shot');
}

/** Those of the methods that a teacher can serve; the published ones where none of them is left. */
export function suitableMethods(
  methods: readonly Method[],
  teacher: TeacherChoice,
): readonly Method[] {
  if (sharesTokenizer(teacher)) return methods;
  const hard = methods.filter((method) => !METHOD_TRAITS[method].soft);
  return hard.length > 0 ? hard : COMPARED_METHODS;
}

/** The same study on the visitor's own files; splits shrink in proportion where they have fewer problems. */
export function configurationForFiles(configuration: StudyConfiguration): StudyConfiguration {
  return { ...configuration, data: { ...configuration.data, source: 'files' } };
}
