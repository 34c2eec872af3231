/** What the parity checks must compare, so that a check that vanishes is noticed. */

const quantised = (type: string): string[] => [
  `${type}: dequantised values (differences)`,
  `${type}: encoder states (unpadded positions)`,
  `${type}: logits`,
  `${type}: cross-entropy`,
  `${type}: greedy ids (differences)`,
];

const trajectory = (optimizer: string): string[] => [
  `${optimizer}: losses of the first 15 updates`,
  `${optimizer}: the first 10 of them one by one`,
  `${optimizer}: all 15 of them one by one`,
  `${optimizer}: last loss as a share of the first`,
];

const FORWARD = [
  'encoder states (unpadded positions)',
  'decoder states',
  'logits',
  'cross-entropy',
  'weighted cross-entropy',
  'distillation loss',
  'greedy ids (differences)',
  'sequence log-probabilities',
  'relative position buckets, encoder (differences)',
  'relative position buckets, decoder (differences)',
] as const;

const TRAINED_GRADIENTS = [
  'gradients of weighted cross-entropy as trained (worst of 52 parameters)',
  'gradients of distillation as trained (worst of 52 parameters)',
  'gradients of soft loss as trained (worst of 52 parameters)',
] as const;

export const EXPECTED_COMPARISONS: readonly string[] = [
  ...FORWARD,
  'gradients of cross-entropy (worst of 52 parameters)',
  'gradients of weighted cross-entropy (worst of 52 parameters)',
  'gradients of distillation (worst of 52 parameters)',
  ...TRAINED_GRADIENTS,
  ...trajectory('AdamW'),
  ...trajectory('Adafactor'),
  ...quantised('q8_0'),
  ...quantised('q4_0'),
  'adapters: cross-entropy',
  'adapters: gradients of cross-entropy (worst of 72 matrices)',
  'adapters: merged parameters',
];

/** Sizes that the oracle does not have, where there is a faster backend than plain JavaScript. */
export const EXPECTED_OF_ODD_SIZES: readonly string[] = [
  'odd sizes: logits',
  'odd sizes: weighted cross-entropy',
  'odd sizes: gradients (worst of 52 parameters)',
  'odd sizes: greedy ids (differences)',
];

/** Of the brief comparison, where the backend multiplies with quantised weights. */
export const EXPECTED_BRIEF: readonly string[] = [
  ...FORWARD,
  ...TRAINED_GRADIENTS,
  ...quantised('q8_0 kept'),
  ...quantised('q4_0 kept'),
];
