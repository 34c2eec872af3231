/** How a setting of a study is described to people. */

export interface SettingChoice {
  readonly value: string | boolean | undefined;
  readonly label: string;
}

export interface SettingWording {
  /** The setting's path in the configuration. */
  readonly path: string;
  readonly label: string;
  /** What is counted, behind the number; empty where it is a number without a unit. */
  readonly unit?: string;
  readonly explanation: string;
  /** What it means where no number is written. */
  readonly none?: string;
  /** The values of one that is chosen from a list; undefined stands for no value. */
  readonly choices?: readonly SettingChoice[];
}

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly SettingWording[];
}

/** Of settings that are true or false. */
export const YES_NO: readonly SettingChoice[] = [
  { value: true, label: 'yes' },
  { value: false, label: 'no' },
];
