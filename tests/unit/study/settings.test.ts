/** Settings one by one: the schema's own paths and bounds, reading and replacing, and what is said of a wrong configuration. */

import { describe, expect, it } from 'vitest';
import { presetConfiguration } from '../../../src/study/presets';
import { checkConfiguration, readConfigurationText } from '../../../src/study/read-configuration';
import {
  changedSettings,
  numberBounds,
  SETTING_PATHS,
  settingAt,
  withSetting,
} from '../../../src/study/settings';

const DEMO = presetConfiguration('demo');

describe('the settings of a configuration', () => {
  it('are the leaves of the schema, with objects that are chosen as a whole', () => {
    expect(SETTING_PATHS).toEqual(
      expect.arrayContaining(['seed', 'models', 'training.soft.topK', 'training.lora', 'methods']),
    );
    expect(SETTING_PATHS.filter((path) => /^(models|prompts|training\.lora)\./.test(path))).toEqual(
      [],
    );
    expect(SETTING_PATHS).not.toContain('preset');
  });

  it('have the bounds of the schema, and say whether nothing may be written', () => {
    expect(numberBounds('training.warmupShare')).toEqual({ least: 0, most: 0.5, isWhole: false });
    expect(numberBounds('training.batchSize')).toEqual({ least: 1, most: 1024, isWhole: true });
    expect(numberBounds('feedback.rounds')).toEqual({ least: 1, most: 8, isWhole: true });
    expect(numberBounds('memoryBudget')).toHaveProperty('none', null);
    expect(numberBounds('training.microBatchSize')).toHaveProperty('none', undefined);
    expect(numberBounds('training.lora.rank')).toEqual({ least: 1, most: 256, isWhole: true });
    for (const path of ['methods', 'data.source', 'training.lora', 'nothing.of.the.kind']) {
      expect(numberBounds(path), path).toBeNull();
    }
  });

  it('are replaced in a copy, taken away by undefined, and compared whatever their order', () => {
    const changed = withSetting(DEMO, 'training.learningRate', 0.5);
    expect(settingAt(changed, 'training.learningRate')).toBe(0.5);
    expect(changedSettings(changed, DEMO)).toEqual(['training.learningRate']);
    expect(DEMO.training.learningRate).toBe(0.002);
    const micro = withSetting(DEMO, 'training.microBatchSize', 4);
    expect(changedSettings(withSetting(micro, 'training.microBatchSize', undefined), DEMO)).toEqual(
      [],
    );
    const { teacher, student, hubs } = DEMO.models;
    expect(changedSettings({ ...DEMO, models: { hubs, student, teacher } }, DEMO)).toEqual([]);
    expect(settingAt(DEMO, 'training.none.at.all')).toBeUndefined();
  });
});

describe('a configuration from outside', () => {
  const problem = (value: unknown) => {
    const read = checkConfiguration(value);
    return 'problems' in read ? read.problems[0] : undefined;
  };

  it('is taken where every setting is possible', () => {
    expect(readConfigurationText(JSON.stringify(DEMO))).toEqual({ configuration: DEMO });
  });

  it.each([
    ['training.learningRate', 3, /^expected a number from 0.000001 to 1, found 3$/],
    ['training.batchSize', 1.5, /^expected a whole number from 1 to 1024, found 1.5$/],
    ['training.microBatchSize', 0, /or nothing, found 0$/],
    ['data.source', 'x'.repeat(1000), /^expected .*"pocket".*, found "x{59} …$/],
    ['methods', ['cot', 'cot'], /^a method is named twice$/],
    ['rationale', undefined, /^this setting is missing$/],
    ['training.momentum', 0.9, /^there is no setting of this name/],
  ])('with %s as %s is refused with a reason', (path, value, sentence) => {
    const found = problem(withSetting(DEMO, path, value));
    expect(found?.path).toBe(path);
    expect(found?.sentence).toMatch(sentence);
  });

  it('is refused where it is no configuration at all', () => {
    for (const text of ['', '{"seed": ', '[]', 'null', ' '.repeat(300_000)]) {
      expect(readConfigurationText(text)).toHaveProperty('problems');
    }
  });
});
