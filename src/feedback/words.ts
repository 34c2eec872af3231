/** The words of a text that carry its subject, in a form that ignores case and plural. */

const FUNCTION_WORDS = new Set(
  (
    'a about after again all also altogether amount an and are as at be because been before but by can cost each every ' +
    'finally first for from get gets give gives got had has have having hence he her him his how i if in into is it its itself ' +
    'just left let next ' +
    'make makes many me mean means more most much must my need needs no not now number of on one only or other overall ' +
    'our out over per she since so some still than that the their them then there therefore these they this ' +
    'those thus to total two up us use used was we were what when where which while who will with words would you your'
  ).split(' '),
);

/** `boxes` and `box`, `stories` and `story` become one; crude on purpose, since both sides go through it. */
function stem(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
  return word;
}

/** The content words of a text: letters only, lower case, singular, without function words. */
export function contentWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu))
    if (word.length > 1 && !FUNCTION_WORDS.has(word)) words.add(stem(word));
  return words;
}

/** Words, numbers and signs of a text, without case: what two steps are compared by. */
export function tokensOf(text: string): Set<string> {
  const tokens = new Set<string>();
  for (const [token] of text.toLowerCase().matchAll(/\p{L}+|\d[\d,.]*\d|\d|[^\s]/gu))
    tokens.add(token);
  return tokens;
}

/** Shared share of two sets, 0..1 (Jaccard); 0 where both are empty. */
export function jaccard<T>(first: ReadonlySet<T>, second: ReadonlySet<T>): number {
  let shared = 0;
  for (const item of first) if (second.has(item)) shared += 1;
  const together = first.size + second.size - shared;
  return together === 0 ? 0 : shared / together;
}
