/** Unigram segmentation: the likeliest way to cut normalised text into pieces, rounded as SentencePiece rounds. */

import { Unigram } from '@huggingface/tokenizers';
import { SPACE_MARK } from './tokenizer-file';

/** Most words whose edges are remembered, at about a kilobyte each; all are forgotten when full. */
const MAXIMUM_REMEMBERED_WORDS = 20_000;
/** Longer words are too rare to be worth remembering. */
const MAXIMUM_REMEMBERED_WORD_LENGTH = 32;

/** The pieces that fit somewhere in a word: start, end (in characters), id and score of each, by start. */
interface Edges {
  /** Number of characters of the word. */
  readonly length: number;
  /** Four numbers an edge. */
  readonly values: Float64Array;
}

/**
 * Builds the function from normalised text (see `createNormalization`) to piece ids.
 *
 * The vocabulary, its scores and its prefix tree are the library's Unigram model; the search for the
 * best path is SentencePiece's own. The library adds scores in 64-bit floats where SentencePiece keeps
 * the sum so far in 32 bits. The difference decides ties: `RRR` is `RR|R` or `R|RR`, which score the
 * same, depending on the rounding of everything before it, and about one GSM8K-like text in five
 * thousand has such a run of digits. The sum therefore runs over the whole text, and only the fitting
 * pieces of each word, which take most of the time to find, are remembered.
 *
 * Source: sentencepiece `src/unigram_model.cc`, `Model::EncodeOptimized`.
 *
 * @param vocabulary every piece with its log-probability, in the order of ids
 * @param unknownId the id of characters no piece holds; neighbouring ones share one
 * @param specialIds pieces that text must never produce, such as the end token
 */
export function createSegmentation(
  vocabulary: readonly (readonly [string, number])[],
  unknownId: number,
  specialIds: ReadonlySet<number>,
): (normalized: string) => number[] {
  // Half of a surrogate pair never occurs in normalised text, so these pieces can never match.
  const vocab = vocabulary.map(([piece, score], id): [string, number] => [
    specialIds.has(id) ? `\uD800${piece}` : piece,
    score,
  ]);
  const model = new Unigram({ type: 'Unigram', unk_id: unknownId, vocab }, '');
  // A piece with a space mark inside could begin in one word and end in the next.
  const wordsAreSeparate = vocabulary.every(([piece]) => !piece.includes(SPACE_MARK, 1));
  const remembered = new Map<string, Edges>();
  const edgesOf = (word: string): Edges => {
    let edges = remembered.get(word);
    if (edges === undefined) {
      edges = findEdges(model, word, unknownId);
      if (word.length <= MAXIMUM_REMEMBERED_WORD_LENGTH) {
        if (remembered.size >= MAXIMUM_REMEMBERED_WORDS) remembered.clear();
        remembered.set(word, edges);
      }
    }
    return edges;
  };
  return (normalized) => {
    const words = wordsAreSeparate ? normalized.split(/(?=\u2581)/) : [normalized];
    return bestPath(words.map(edgesOf), unknownId);
  };
}

function findEdges(model: Unigram, word: string, unknownId: number): Edges {
  const characters = Array.from(word);
  const values: number[] = [];
  for (let start = 0; start < characters.length; start++) {
    let hasSingle = false;
    let node = model.trie.root.children.get(characters[start] ?? '');
    let piece = '';
    for (let end = start + 1; node !== undefined; end++) {
      piece += characters[end - 1] ?? '';
      if (node.is_leaf) {
        const id = model.tokens_to_ids.get(piece) ?? unknownId;
        values.push(start, end, id, Math.fround(model.scores[id] ?? model.unk_score));
        if (end === start + 1) hasSingle = true;
      }
      if (end === characters.length) break;
      node = node.children.get(characters[end] ?? '');
    }
    if (!hasSingle) values.push(start, start + 1, unknownId, Math.fround(model.unk_score));
  }
  return { length: characters.length, values: Float64Array.from(values) };
}

/** The ids on the path with the largest sum of scores; of equal sums the one found first wins. */
function bestPath(words: readonly Edges[], unknownId: number): number[] {
  const length = words.reduce((sum, word) => sum + word.length, 0);
  const bestScore = new Float32Array(length + 1);
  /** Where the best path's last piece begins, for every end; -1 while none is known. */
  const bestStart = new Int32Array(length + 1).fill(-1);
  const bestId = new Int32Array(length + 1);
  let offset = 0;
  for (const { values, length: wordLength } of words) {
    for (let edge = 0; edge < values.length; edge += 4) {
      const start = offset + (values[edge] ?? 0);
      const end = offset + (values[edge + 1] ?? 0);
      const sum = Math.fround((bestScore[start] ?? 0) + (values[edge + 3] ?? 0));
      if (bestStart[end] === -1 || sum > (bestScore[end] ?? 0)) {
        bestScore[end] = sum;
        bestStart[end] = start;
        bestId[end] = values[edge + 2] ?? 0;
      }
    }
    offset += wordLength;
  }
  const ids: number[] = [];
  for (let end = length; end > 0; end = bestStart[end] ?? 0) {
    const id = bestId[end] ?? 0;
    if (id !== unknownId || ids.at(-1) !== unknownId) ids.push(id);
  }
  return ids.reverse();
}
