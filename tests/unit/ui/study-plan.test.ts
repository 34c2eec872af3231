/** Parts of a study and what they can find. */

import { expect, test } from 'vitest';
import * as v from 'valibot';
import { studyConfigurationSchema } from '../../../src/study/configuration';
import { presetConfiguration, PRESET_NAMES } from '../../../src/study/presets';
import { partSettings, plannedParts, smallestDifference } from '../../../src/ui/study-plan';

test.each(PRESET_NAMES)('every part of %s is a study, and the first one is the whole', (name) => {
  const whole = presetConfiguration(name);
  const parts = plannedParts(whole, whole.rationale.resamples);
  expect(parts[0]?.configuration).toEqual(whole);
  for (const { configuration } of parts) {
    expect(v.parse(studyConfigurationSchema, configuration)).toEqual(configuration);
  }
});

test('a part has fewer problems and samples and trains as often on each', () => {
  const whole = presetConfiguration('article');
  const half = plannedParts(whole, 1)[1];
  expect(half?.share).toBe(0.5);
  expect(half === undefined ? [] : partSettings(half)).toEqual([
    { path: 'data.trainProblems', text: '3487' },
    { path: 'data.validationProblems', text: '250' },
    { path: 'data.testProblems', text: '660' },
    { path: 'rationale.resamples', text: '1' },
    { path: 'training.targetTokens', text: '2500000' },
    { path: 'training.maximumUpdates', text: '5000' },
  ]);
  expect(plannedParts(presetConfiguration('smoke'), 0)).toHaveLength(1);
});

test('seeds find more where each has problems of its own', () => {
  const [pocket, gsm8k] = [presetConfiguration('demo'), presetConfiguration('article')];
  const found = (configuration: typeof pocket) =>
    [1, 3].map((seeds) => smallestDifference(configuration, seeds, 0.25) ?? 1);
  const [one = 0, three = 0] = found(pocket);
  expect(three).toBeLessThan(one);
  const [once, thrice] = found(gsm8k);
  expect(thrice).toBe(once);
});
