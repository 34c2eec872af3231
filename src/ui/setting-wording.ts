/** The names and descriptions of all settings by their paths. */

import type { SettingGroup, SettingWording } from './settings/setting';
import { FEEDBACK_SETTINGS, PROBLEM_SETTINGS, RATIONALE_SETTINGS } from './settings/teaching';
import {
  EVALUATION_SETTINGS,
  LORA_SETTINGS,
  SOFT_SETTINGS,
  TRAINED_SETTING,
  TRAINING_SETTINGS,
} from './settings/training';

/** Settings that are objects, with controls of their own; these are their names where changes are listed. */
export const WHOLE_SETTINGS: Readonly<Record<string, string>> = {
  models: 'Models',
  methods: 'Methods',
  prompts: 'Prompts',
};

export const GENERAL_SETTINGS: SettingGroup = {
  title: 'Seed, memory and measurement',
  settings: [
    {
      path: 'seed',
      label: 'Seed',
      explanation:
        'Fixes problems, sampling and the order of the data: the same seed repeats a study exactly on the same device.',
    },
    {
      path: 'memoryBudget',
      label: 'GPU memory at most',
      unit: 'MB',
      none: 'no limit',
      explanation:
        'The study takes no more than this, and stops with a sentence before it would. Empty: what the device gives.',
    },
  ],
};

/** Shown by a control that knows what the device can. */
export const PROFILE_SETTING: SettingWording = {
  path: 'profileKernels',
  label: 'Time every kernel',
  explanation: 'Shows where the time on the device goes: a little slower, the same results.',
};

const ALL: readonly SettingWording[] = [
  ...[
    GENERAL_SETTINGS,
    PROBLEM_SETTINGS,
    RATIONALE_SETTINGS,
    FEEDBACK_SETTINGS,
    TRAINING_SETTINGS,
    EVALUATION_SETTINGS,
  ].flatMap(({ settings }) => settings),
  ...SOFT_SETTINGS,
  TRAINED_SETTING,
  ...LORA_SETTINGS,
  PROFILE_SETTING,
];

/** The name of a setting; its path where it has no other. */
export function settingLabel(path: string): string {
  return WHOLE_SETTINGS[path] ?? ALL.find((setting) => setting.path === path)?.label ?? path;
}

/** The words of a setting with a field of its own; null where there is none. */
export function settingWording(path: string): SettingWording | null {
  return ALL.find((setting) => setting.path === path) ?? null;
}
