/** The functions the module exports; all pointers are byte offsets into the imported memory. */

export { attention, attentionGradient, attentionScratchBytes } from './attention';
export { crossEntropy, crossEntropyGradient } from './cross-entropy';
export { prepareTable, tableBytes } from './exponential';
export { gatedGelu, gatedGeluGradient } from './gated-gelu';
export { gather } from './gather';
export { multiplyBatch, multiplyScratchBytes } from './gemm';
export { adamwUpdate, sumOfSquares } from './optimizer';
export { rmsNorm, rmsNormGradient } from './rms-norm';
export { segmentSum } from './segment-sum';
export { exponential, logarithm } from './softmax';
