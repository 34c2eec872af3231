/** Setting up a study: what is written, kept, put back and made to fit, and the address and back. */

import { describe, expect, it } from 'vitest';
import { PUBLIC_HUBS } from '../../../src/weights/hub/artefact';
import { presetConfiguration, PRESET_NAMES } from '../../../src/study/presets';
import { SETTING_PATHS } from '../../../src/study/settings';
import { formatAddress, parseAddress } from '../../../src/ui/address';
import { addressedConfiguration, setupAddress } from '../../../src/ui/setup-address';
import { settingLabel, settingWording, WHOLE_SETTINGS } from '../../../src/ui/setting-wording';
import {
  changedPaths,
  choose,
  chooseModels,
  draftConfiguration,
  presetDraft,
  putBack,
  write,
  type StudyDraft,
} from '../../../src/ui/study-draft';

const DEMO = presetDraft('demo');
const configurationOf = (draft: StudyDraft) => draftConfiguration(draft, null);
const TRANSFORMERS = {
  source: 'transformers',
  repository: 'some/model',
  revision: 'main',
  dtype: 'q4',
  task: 'text-generation',
} as const;

describe('every setting', () => {
  it.each(SETTING_PATHS)('%s has a name and controls', (path) => {
    expect(settingLabel(path)).not.toBe(path);
    expect(settingWording(path) !== null || path in WHOLE_SETTINGS).toBe(true);
  });
});

describe('a study that is set up', () => {
  it('takes what is written within the bounds, keeps the rest beside it, and puts back', () => {
    const half = write(DEMO, 'training.learningRate', '5e-4');
    expect(half.settings.training.learningRate).toBe(0.0005);
    const refused = write(half, 'training.learningRate', 'much');
    expect(refused.settings.training.learningRate).toBe(0.0005);
    expect(refused.refused.get('training.learningRate')?.problem).toMatch(
      /^Expected a number from 0.000001 to 1, found much\.$/,
    );
    const back = putBack(refused, 'training.learningRate');
    expect(back).toEqual(DEMO);
    expect(changedPaths(refused, configurationOf(refused))).toEqual(['training.learningRate']);
    expect(write(DEMO, 'memoryBudget', '').settings.memoryBudget).toBeNull();
    expect(write(DEMO, 'data.trainProblems', '').refused.size).toBe(1);
  });

  it('has adapters with defaults, whose fields go with them', () => {
    const adapters = write(DEMO, 'training.lora', 'adapters');
    expect(adapters.settings.training.lora).toEqual({ rank: 16, alpha: 32, layers: 'all' });
    const ranked = write(adapters, 'training.lora.rank', '8');
    expect(putBack(ranked, 'training.lora.rank').settings).toEqual(adapters.settings);
    const wrong = write(ranked, 'training.lora.rank', '0');
    expect(wrong.refused.size).toBe(1);
    expect(write(wrong, 'training.lora', '')).toEqual(DEMO);
  });

  it('gives way to what the teacher cannot serve, and has it again with another one', () => {
    const soft = choose(DEMO, 'methods', ['answer', 'feedback-soft']);
    const foreign = chooseModels(soft, { ...soft.settings.models, teacher: TRANSFORMERS });
    expect(configurationOf(foreign).methods).toEqual(['answer']);
    expect(foreign.settings.prompts.examples.length).toBeGreaterThan(0);
    const again = putBack(foreign, 'models');
    expect(configurationOf(again)).toEqual(configurationOf(soft));
  });
});

describe('the address of what is set up', () => {
  const changed = [
    DEMO,
    write(presetDraft('laptop'), 'seed', '77'),
    choose(write(DEMO, 'memoryBudget', '2000'), 'methods', ['cot', 'equation-only']),
    write(DEMO, 'training.lora', 'adapters'),
    chooseModels(presetDraft('article'), {
      teacher: { source: 'listed', id: 'flan-t5-base-q8_0' },
      student: { source: 'listed', id: 'flan-t5-small-q8_0' },
      hubs: { ...PUBLIC_HUBS, huggingFace: 'https://mirror.example/a&b=c' },
    }),
  ];

  it.each(changed)('leads back to it: %#', (draft) => {
    const configuration = configurationOf(draft);
    const address = parseAddress(formatAddress(setupAddress(configuration)));
    const read =
      address.kind === 'setup'
        ? addressedConfiguration(address)
        : { configuration: presetConfiguration('demo') };
    expect(read).toEqual({ configuration });
  });

  it('holds nothing but what differs', () => {
    for (const name of PRESET_NAMES) {
      const hash = formatAddress(setupAddress(presetConfiguration(name)));
      expect(hash).toBe(name === 'demo' ? '#' : `#setup=${name}`);
    }
    const hash = formatAddress(setupAddress(configurationOf(write(DEMO, 'seed', '9'))));
    expect(hash).toBe('#setup=demo&seed=9');
  });

  it.each([
    ['#setup=ancient', 'setup'],
    ['#setup=demo&training.momentum=0.9', 'training.momentum'],
    ['#setup=demo&seed=1e99', 'seed'],
    ['#setup=demo&seed={', 'seed'],
    ['#setup=demo&__proto__.polluted=1', '__proto__.polluted'],
    ['#setup=demo&methods=["magic"]', 'methods.0'],
    ['#setup=demo&models={"teacher":{"source":"pocket"},"student":"x"}', 'models.student'],
  ])('says why %s is not used', (hash, path) => {
    const address = parseAddress(hash);
    if (address.kind !== 'setup') throw new Error(`Expected a setup, found ${address.kind}.`);
    const read = addressedConfiguration(address);
    expect('problems' in read ? read.problems[0] : null).toMatchObject({ path });
  });
});
