/** What asking models took: sequences, tokens and time, added up and by a thousand problems. */

export interface Taking {
  /** Decoder sequences, over all models. */
  readonly sequences: number;
  /** Tokens in them that were asked about, or written. */
  readonly tokens: number;
  readonly seconds: number;
}

export const NO_TAKING: Taking = { sequences: 0, tokens: 0, seconds: 0 };

export function addTaking(first: Taking, second: Taking): Taking {
  return {
    sequences: first.sequences + second.sequences,
    tokens: first.tokens + second.tokens,
    seconds: first.seconds + second.seconds,
  };
}

/** What a thousand problems take, from what so many of them took. */
export function perThousand({ sequences, tokens, seconds }: Taking, problems: number): Taking {
  const scaled = (amount: number): number => (1000 * amount) / Math.max(1, problems);
  return { sequences: scaled(sequences), tokens: scaled(tokens), seconds: scaled(seconds) };
}
