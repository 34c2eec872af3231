/** The settings of how students are trained and evaluated. */

import { LORA_LAYERS, type LoraLayers } from '../../t5/lora';
import { YES_NO, type SettingGroup, type SettingWording } from './setting';

const layerLabels: Readonly<Record<LoraLayers, string>> = {
  'query-value': 'queries and values',
  attention: 'all of attention',
  all: 'attention and feed-forward',
};

export const SOFT_SETTINGS: readonly SettingWording[] = [
  {
    path: 'training.soft.lambda',
    label: 'Share of the teacher (λ)',
    explanation:
      'The rest of the soft methods’ loss is that of the target itself; with 0 the teacher is not asked.',
  },
  {
    path: 'training.soft.temperature',
    label: 'Temperature of soft targets',
    explanation: 'Above 1, less likely tokens count more.',
  },
  {
    path: 'training.soft.topK',
    label: 'Likeliest tokens kept',
    unit: 'a position',
    explanation: 'Each takes four bytes of storage while students train.',
  },
];

/** Shown by a control of its own, because it is an object. */
export const TRAINED_SETTING: SettingWording = {
  path: 'training.lora',
  label: 'Train',
  explanation: 'Adapters take far less memory than all parameters.',
  choices: [
    { value: undefined, label: 'all parameters' },
    { value: 'adapters', label: 'adapters (LoRA)' },
  ],
};

export const LORA_SETTINGS: readonly SettingWording[] = [
  {
    path: 'training.lora.rank',
    label: 'Rank',
    explanation: 'The inner size of an adapter; published ones have 4 to 64.',
  },
  {
    path: 'training.lora.alpha',
    label: 'Alpha',
    explanation: 'An adapter counts alpha / rank times.',
  },
  {
    path: 'training.lora.layers',
    label: 'In',
    explanation: 'The layers that get adapters.',
    choices: LORA_LAYERS.map((value) => ({ value, label: layerLabels[value] })),
  },
];

export const TRAINING_SETTINGS: SettingGroup = {
  title: 'Training',
  settings: [
    {
      path: 'training.targetTokens',
      label: 'Budget of each method',
      unit: 'target tokens',
      explanation: 'Every method trains on as many: the equal condition of the comparison.',
    },
    {
      path: 'training.maximumUpdates',
      label: 'Updates at most',
      unit: 'updates',
      explanation: 'Methods with short targets reach this first.',
    },
    {
      path: 'training.batchSize',
      label: 'Batch',
      unit: 'examples',
      explanation: 'One update learns from so many examples.',
    },
    {
      path: 'training.microBatchSize',
      label: 'Computed at a time',
      unit: 'examples',
      none: 'the whole batch',
      explanation: 'Fewer take less memory and give the same updates up to rounding.',
    },
    {
      path: 'training.learningRate',
      label: 'Learning rate',
      explanation: 'The step of AdamW at its highest; adapters usually want one ten times larger.',
    },
    {
      path: 'training.warmupShare',
      label: 'Warm-up',
      unit: 'of all updates',
      explanation: 'Over this share the learning rate rises from zero.',
    },
    {
      path: 'training.weightDecay',
      label: 'Weight decay',
      explanation: 'Pulls all weights a little towards zero with every update.',
    },
    {
      path: 'training.clipNorm',
      label: 'Largest gradient',
      unit: 'norm',
      explanation: 'Longer gradients are shortened to this.',
    },
    {
      path: 'training.recomputeActivations',
      label: 'Activations',
      explanation:
        'Computed again in the backward pass they take less memory and a third more time.',
      choices: [
        { value: undefined, label: 'kept: faster' },
        { value: true, label: 'computed again: less memory' },
      ],
    },
    {
      path: 'training.maximumInputTokens',
      label: 'Longest question',
      unit: 'tokens',
      explanation: 'Longer problems are left out of training.',
    },
    {
      path: 'training.maximumTargetTokens',
      label: 'Longest target',
      unit: 'tokens',
      explanation: 'Examples with a longer rationale are left out of training.',
    },
  ],
};

export const EVALUATION_SETTINGS: SettingGroup = {
  title: 'Validation, checkpoints and evaluation',
  settings: [
    {
      path: 'training.validateEvery',
      label: 'Validate every',
      unit: 'updates',
      explanation: 'More often costs time and finds a better checkpoint.',
    },
    {
      path: 'training.validationExactMatchProblems',
      label: 'Answered at each validation',
      unit: 'problems',
      explanation: 'So many validation problems are answered in full; the loss is taken over all.',
    },
    {
      path: 'training.checkpointEvery',
      label: 'Save every',
      unit: 'updates',
      explanation: 'What a crash costs at most; a pause saves by itself.',
    },
    {
      path: 'evaluation.trainProblems',
      label: 'Training problems at the end',
      unit: 'problems',
      explanation: 'So many are answered again; all validation and test problems are.',
    },
    {
      path: 'evaluation.samples',
      label: 'Drawn answers',
      unit: 'a test problem',
      explanation:
        'Each student answers every test problem so often once more, and the most frequent answer is reported beside the greedy one; 0 and 1 draw none.',
    },
    {
      path: 'evaluation.temperature',
      label: 'Temperature of drawn answers',
      explanation: 'Above 0 they vary more.',
    },
    {
      path: 'evaluation.calculator',
      label: 'Answer with a calculator too',
      explanation:
        'The test problems are answered once more with the result of every equation put in; reported beside the answers without.',
      choices: YES_NO,
    },
    {
      path: 'evaluation.batchSize',
      label: 'Answered at a time',
      unit: 'problems',
      explanation: 'More are faster on a GPU and take more memory.',
    },
  ],
};
