/** A configuration as an address, by what differs from its preset, and the configuration that an address asks for. */

import type { StudyConfiguration } from '../study/configuration';
import { PRESET_NAMES, presetConfiguration, type PresetName } from '../study/presets';
import {
  checkConfiguration,
  type ConfigurationProblem,
  type ReadConfiguration,
} from '../study/read-configuration';
import { changedSettings, SETTING_PATHS, settingAt, withSetting } from '../study/settings';
import type { Address, SetupChanges } from './address';
import { PRIMARY_PRESET } from './preset-choices';

/** The preset of this name; null where there is none. */
export function presetNamed(name: string): PresetName | null {
  return PRESET_NAMES.find((preset) => preset === name) ?? null;
}

/** Where to find this configuration set up; the first screen itself where it is what that offers. */
export function setupAddress(configuration: StudyConfiguration): Address {
  const preset = presetNamed(configuration.preset) ?? PRIMARY_PRESET;
  const changes: SetupChanges = Object.fromEntries(
    changedSettings(configuration, presetConfiguration(preset)).map((path) => [
      path,
      // JSON has no undefined: a setting that is taken away is written as nothing at all.
      JSON.stringify(settingAt(configuration, path)) ?? '',
    ]),
  );
  if (preset === PRIMARY_PRESET && Object.keys(changes).length === 0) return { kind: 'home' };
  return { kind: 'setup', preset, changes };
}

/** The configuration an address asks for, checked as every other one from outside. */
export function addressedConfiguration({
  preset,
  changes,
}: Extract<Address, { kind: 'setup' }>): ReadConfiguration {
  const name = presetNamed(preset);
  if (name === null) {
    const sentence = `expected one of the presets ${PRESET_NAMES.join(', ')}, found "${preset}"`;
    return { problems: [{ path: 'setup', sentence }] };
  }
  let configuration: unknown = presetConfiguration(name);
  const problems: ConfigurationProblem[] = [];
  for (const [path, text] of Object.entries(changes)) {
    if (!SETTING_PATHS.includes(path)) {
      problems.push({ path, sentence: 'there is no setting of this name in this version' });
      continue;
    }
    try {
      const value: unknown = text === '' ? undefined : JSON.parse(text);
      configuration = withSetting(configuration, path, value);
    } catch (error) {
      const found = error instanceof Error ? error.message : String(error);
      problems.push({ path, sentence: `expected JSON, found ${found}` });
    }
  }
  return problems.length > 0 ? { problems } : checkConfiguration(configuration);
}
