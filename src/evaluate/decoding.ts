/** How students are asked at the end besides greedily: by majority over drawn answers, and with a calculator. */

export interface Decoding {
  /** Answers drawn for a problem; 1 stands for the greedy one. */
  readonly samples: number;
  /** Whether equations are evaluated as they are written. */
  readonly calculator: boolean;
}

/** What a study asks for beside greedy answers without a calculator, each reported apart. */
export function furtherDecodings({
  samples,
  calculator,
}: {
  readonly samples: number;
  readonly calculator: boolean;
}): readonly Decoding[] {
  const counts = samples > 1 ? [1, samples] : [1];
  return (calculator ? [false, true] : [false])
    .flatMap((isOn) => counts.map((count): Decoding => ({ samples: count, calculator: isOn })))
    .filter((decoding) => decoding.samples > 1 || decoding.calculator);
}

/** A short name that tells the decodings of a study apart; part of where their answers are stored. */
export function decodingName({ samples, calculator }: Decoding): string {
  return `${samples > 1 ? `majority-of-${samples}` : 'greedy'}${calculator ? '-calculator' : ''}`;
}
