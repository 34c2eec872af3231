/** The check that a training target comes back from the tokenizer exactly as it went in. */

import type { Tokenizer } from './tokenizer';

/**
 * Says how a text fails to survive the tokenizer (an unknown token, or `decode(encode(text))` is another
 * text), or null when it survives. A student cannot learn to write what its tokenizer cannot say.
 */
export function tokenizerDamage(text: string, tokenizer: Tokenizer): string | null {
  const ids = tokenizer.encode(text);
  if (ids.includes(tokenizer.unknownId)) {
    const unknown = [...new Set(text)].filter((character) =>
      tokenizer.encode(character).includes(tokenizer.unknownId),
    );
    return `A training target holds what this tokenizer has no token for: ${unknown.slice(0, 10).map(describe).join(', ')}. Replace it in the data, or leave the problem out. The text begins "${text.slice(0, 80)}".`;
  }
  const back = tokenizer.decode(ids);
  if (back === text) return null;
  let place = 0;
  while (place < text.length && text[place] === back[place]) place++;
  return `A training target changes in the tokenizer at character ${place}: "${text.slice(place, place + 40)}" comes back as "${back.slice(place, place + 40)}". Write it in plain characters with single spaces.`;
}

/**
 * Makes sure that a text survives the tokenizer; see {@link tokenizerDamage}.
 *
 * @throws Error naming the characters that have no token, or the place where the text changes.
 */
export function assertSurvivesTokenizer(text: string, tokenizer: Tokenizer): void {
  const damage = tokenizerDamage(text, tokenizer);
  if (damage !== null) throw new Error(damage);
}

function describe(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `"${character}" (U+${code})`;
}
