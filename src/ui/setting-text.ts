/** The value of a setting as its field shows it, and what is written there read back, or why it cannot be. */

import { boundsSentence } from '../study/read-configuration';
import { numberBounds } from '../study/settings';
import type { SettingWording } from './settings/setting';

type WrittenSetting = { readonly value: unknown } | { readonly problem: string };

/** A value as its field shows it; nothing as nothing. */
export function settingText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads what is written for a setting, or chosen from its list. */
export function readSetting({ path, choices }: SettingWording, text: string): WrittenSetting {
  const bounds = numberBounds(path);
  if (bounds === null) {
    const choice = choices?.find(({ value }) => settingText(value) === text);
    if (choice === undefined) throw new Error(`Expected a choice of ${path}, found "${text}".`);
    return { value: choice.value };
  }
  const written = text.trim();
  if (written === '' && 'none' in bounds) return { value: bounds.none };
  const value = Number(written);
  const isPossible =
    written !== '' &&
    value >= bounds.least &&
    value <= bounds.most &&
    (!bounds.isWhole || Number.isInteger(value));
  if (isPossible) return { value };
  const sentence = `${boundsSentence(bounds)}, found ${written === '' ? 'nothing' : written}`;
  return { problem: `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.` };
}
