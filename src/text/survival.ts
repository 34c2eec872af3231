/** The check that a training target comes back from the tokenizer exactly as it went in. */

import type { Tokenizer } from './tokenizer';

/**
 * Makes sure that a text survives the tokenizer: no unknown token, and `decode(encode(text))` is the
 * text. A student cannot learn to write what its tokenizer cannot say.
 *
 * @throws Error naming the characters that have no token, or the place where the text changes.
 */
export function assertSurvivesTokenizer(text: string, tokenizer: Tokenizer): void {
  const ids = tokenizer.encode(text);
  if (ids.includes(tokenizer.unknownId)) {
    const unknown = [...new Set(text)].filter((character) =>
      tokenizer.encode(character).includes(tokenizer.unknownId),
    );
    throw new Error(
      `A training target holds what this tokenizer has no token for: ${unknown.slice(0, 10).map(describe).join(', ')}. Replace it in the data, or leave the problem out. The text begins "${text.slice(0, 80)}".`,
    );
  }
  const back = tokenizer.decode(ids);
  if (back === text) return;
  let place = 0;
  while (place < text.length && text[place] === back[place]) place++;
  throw new Error(
    `A training target changes in the tokenizer at character ${place}: "${text.slice(place, place + 40)}" comes back as "${back.slice(place, place + 40)}". Write it in plain characters with single spaces.`,
  );
}

function describe(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `"${character}" (U+${code})`;
}
