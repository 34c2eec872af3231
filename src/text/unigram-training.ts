/** Trains the pieces of a Unigram tokenizer: expectation-maximisation over all segmentations, with pruning. */

export interface UnigramTrainingOptions {
  /** Pieces wanted at the end, single characters included. */
  readonly size: number;
  /** Longest piece in characters. */
  readonly maximumPieceLength: number;
  /** Share of the pieces that one pruning round keeps, between 0 and 1. */
  readonly keepShare: number;
  /** Rounds of expectation-maximisation before each pruning. */
  readonly roundsPerPruning: number;
}

interface Piece {
  readonly text: string;
  logProbability: number;
}

type Pieces = ReadonlyMap<string, Piece>;

/** The logarithmic derivative of the gamma function, for x > 0 (recurrence, then asymptotic series). */
function digamma(x: number): number {
  let shift = 0;
  let value = x;
  while (value < 7) {
    shift -= 1 / value;
    value += 1;
  }
  const inverse = 1 / (value * value);
  return (
    shift + Math.log(value) - 0.5 / value - inverse * (1 / 12 - inverse * (1 / 120 - inverse / 252))
  );
}

function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  const larger = Math.max(a, b);
  return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** Every piece that ends at each position of a word: `arcs[end]` holds the starts and pieces. */
function lattice(
  word: readonly string[],
  pieces: Pieces,
  maximumPieceLength: number,
): { start: number; piece: Piece }[][] {
  const arcs: { start: number; piece: Piece }[][] = [[]];
  for (let end = 1; end <= word.length; end++) {
    const here: { start: number; piece: Piece }[] = [];
    for (let start = Math.max(0, end - maximumPieceLength); start < end; start++) {
      const piece = pieces.get(word.slice(start, end).join(''));
      if (piece !== undefined) here.push({ start, piece });
    }
    arcs.push(here);
  }
  return arcs;
}

/** Expected uses of every piece in one word, by the forward-backward algorithm; adds to `expected`. */
function expectWord(
  arcs: readonly (readonly { start: number; piece: Piece }[])[],
  count: number,
  expected: Map<string, number>,
): void {
  const last = arcs.length - 1;
  const forward = new Float64Array(arcs.length).fill(-Infinity);
  const backward = new Float64Array(arcs.length).fill(-Infinity);
  forward[0] = 0;
  backward[last] = 0;
  for (const [end, here] of arcs.entries()) {
    for (const { start, piece } of here) {
      forward[end] = logAdd(
        forward[end] ?? -Infinity,
        (forward[start] ?? -Infinity) + piece.logProbability,
      );
    }
  }
  for (let end = last; end > 0; end--) {
    for (const { start, piece } of arcs[end] ?? []) {
      backward[start] = logAdd(
        backward[start] ?? -Infinity,
        (backward[end] ?? -Infinity) + piece.logProbability,
      );
    }
  }
  const total = forward[last] ?? -Infinity;
  for (const [end, here] of arcs.entries()) {
    for (const { start, piece } of here) {
      const posterior = Math.exp(
        (forward[start] ?? 0) + piece.logProbability + (backward[end] ?? 0) - total,
      );
      expected.set(piece.text, (expected.get(piece.text) ?? 0) + count * posterior);
    }
  }
}

/** The likeliest segmentation of a word and its log probability, without the pieces of `except`. */
export function bestSegmentation(
  word: string,
  logProbabilities: ReadonlyMap<string, number>,
  maximumPieceLength: number,
  except?: string,
): { pieces: string[]; logProbability: number } {
  const characters = Array.from(word);
  const best = new Float64Array(characters.length + 1).fill(-Infinity);
  const from = new Int32Array(characters.length + 1);
  best[0] = 0;
  for (let end = 1; end <= characters.length; end++) {
    for (let start = Math.max(0, end - maximumPieceLength); start < end; start++) {
      const text = characters.slice(start, end).join('');
      const logProbability = text === except ? undefined : logProbabilities.get(text);
      if (logProbability === undefined) continue;
      const score = (best[start] ?? -Infinity) + logProbability;
      if (score > (best[end] ?? -Infinity)) {
        best[end] = score;
        from[end] = start;
      }
    }
  }
  const logProbability = best[characters.length] ?? -Infinity;
  const pieces: string[] = [];
  if (logProbability > -Infinity) {
    for (let end = characters.length; end > 0; end = from[end] ?? 0) {
      pieces.unshift(characters.slice(from[end], end).join(''));
    }
  }
  return { pieces, logProbability };
}

/** The pieces to begin with: every substring that occurs at least twice, by occurrences times length. */
function seedPieces(
  words: ReadonlyMap<string, number>,
  maximumPieceLength: number,
): Map<string, Piece> {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    const characters = Array.from(word);
    for (let start = 0; start < characters.length; start++) {
      for (let length = 1; length <= maximumPieceLength; length++) {
        if (start + length > characters.length) break;
        const text = characters.slice(start, start + length).join('');
        counts.set(text, (counts.get(text) ?? 0) + count);
      }
    }
  }
  const scored = [...counts]
    .filter(([text, count]) => count >= 2 || Array.from(text).length === 1)
    .map(([text, count]) => ({ text, score: count * Array.from(text).length }));
  const total = scored.reduce((sum, { score }) => sum + score, 0);
  return new Map(
    scored.map(({ text, score }) => [text, { text, logProbability: Math.log(score / total) }]),
  );
}

/**
 * Trains on words with their counts and returns the log probability of every piece kept. Single
 * characters always stay, so every word over the same characters can be segmented.
 * Source: Kudo 2018, "Subword Regularization", section 3.2 (https://arxiv.org/abs/1804.10959), with
 * the digamma M-step of SentencePiece's `unigram_model_trainer.cc`. Deterministic.
 * @throws Error when there are more characters than `size`.
 */
export function trainUnigram(
  words: ReadonlyMap<string, number>,
  options: UnigramTrainingOptions,
): Map<string, number> {
  const { size, maximumPieceLength, keepShare, roundsPerPruning } = options;
  const single = (text: string): boolean => Array.from(text).length === 1;
  let pieces = seedPieces(words, maximumPieceLength);
  const characters = [...pieces.keys()].filter(single).length;
  if (characters > size) {
    throw new Error(
      `A Unigram vocabulary holds every character: ${size} pieces were asked for, the words have ` +
        `${characters} characters. Ask for more pieces.`,
    );
  }
  const splitWords = [...words].map(([word, count]) => ({ word: Array.from(word), count }));
  for (;;) {
    let expected = new Map<string, number>();
    for (let round = 0; round < roundsPerPruning; round++) {
      expected = new Map();
      for (const { word, count } of splitWords) {
        expectWord(lattice(word, pieces, maximumPieceLength), count, expected);
      }
      // Rarely used pieces go at once; the digamma step makes the rest sparse.
      const kept = [...expected].filter(([text, uses]) => uses >= 0.5 || single(text));
      const floor = 1e-3;
      const total = digamma(kept.reduce((sum, [, uses]) => sum + Math.max(uses, floor), 0));
      pieces = new Map(
        kept.map(([text, uses]) => [
          text,
          { text, logProbability: Math.max(-30, digamma(Math.max(uses, floor)) - total) },
        ]),
      );
    }
    const logProbabilities = new Map(
      [...pieces].map(([text, { logProbability }]) => [text, logProbability]),
    );
    if (pieces.size <= size) return logProbabilities;
    const target = Math.max(size, Math.floor(pieces.size * keepShare));
    // What the corpus loses without a piece: its uses, each written by the next best pieces instead.
    const losses = [...pieces.values()]
      .filter(({ text }) => !single(text))
      .map(({ text, logProbability }) => {
        const other = bestSegmentation(text, logProbabilities, maximumPieceLength, text);
        return { text, loss: (expected.get(text) ?? 0) * (logProbability - other.logProbability) };
      })
      .sort((a, b) => b.loss - a.loss || (a.text < b.text ? -1 : 1));
    const keptTexts = new Set(losses.slice(0, target - characters).map(({ text }) => text));
    pieces = new Map([...pieces].filter(([text]) => single(text) || keptTexts.has(text)));
  }
}
