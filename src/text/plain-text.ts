/** Plain text: the printable ASCII characters every tokenizer here knows, in place of typographic ones. */

/**
 * What replaces what. T5's vocabulary has no `<`, `^`, `{`, `}`, `~`, `\`, backtick, multiplication or
 * division sign, fraction or superscript; the pocket vocabulary is ASCII. A text with any of these
 * could not survive the tokenizer, so problems are written without them from the start.
 */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '\u2018': "'",
    '\u2019': "'",
    '\u201a': "'",
    '\u02bc': "'",
    '\u2032': "'",
    '`': "'",
    '\u00b4': "'",
    '\u201c': '"',
    '\u201d': '"',
    '\u201e': '"',
    '\u2033': '"',
    '\u00ab': '"',
    '\u00bb': '"',
    '\u2010': '-',
    '\u2011': '-',
    '\u2012': '-',
    '\u2013': '-',
    '\u2014': '-',
    '\u2015': '-',
    '\u2212': '-',
    '\u2022': '-',
    '\u2026': '...',
    '\u00d7': '*',
    '\u00b7': '*',
    '\u22c5': '*',
    '\u2217': '*',
    '\u00f7': '/',
    '\u2044': '/',
    '\u2215': '/',
    '\\': '/',
    '^': '**',
    '\u00b2': ' squared ',
    '\u00b3': ' cubed ',
    '\u221a': ' square root of ',
    '<': ' less than ',
    '\u2264': ' at most ',
    '\u2265': ' at least ',
    '~': ' about ',
    '\u2248': ' about ',
    '\u2260': ' is not ',
    '{': '(',
    '}': ')',
    '\u20ac': ' EUR ',
    '\u00a3': ' GBP ',
    '\u00a2': ' cents ',
    '\u00b0': ' degrees ',
  }),
);

/** Half, quarters and the like: `3\u00bd` is three and a half, so a space keeps the digits apart. */
const VULGAR_FRACTION = /[\u00bc-\u00be\u2150-\u215e\u2189]/gu;

/** Cyrillic and Greek capitals and letters that look like Latin ones, and what they look like. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  (
    [
      ['\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425', 'ABEKMHOPCTX'],
      ['\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456', 'aeopcyxi'],
      [
        '\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7',
        'ABEZHIKMNOPTYX',
      ],
    ] as const
  ).flatMap(([foreign, latin]) =>
    Array.from(foreign, (letter, index): [string, string] => [letter, latin[index] ?? letter]),
  ),
);

/** True for a text that needs no change, which most lines of a data set are. */
const ALREADY_PLAIN = /^(?! )(?:[!-;=-[\]_a-z|]| (?![ .,;:?!]))*$/;

/**
 * The text in plain characters, white space collapsed to single spaces and trimmed. Invisible
 * characters (zero-width, bidirectional controls, other controls) are removed, accents dropped;
 * letters of other scripts stay as they are, for the tokenizer to accept or refuse.
 */
export function toPlainText(text: string): string {
  if (ALREADY_PLAIN.test(text) && !text.includes('>=') && !text.endsWith(' ')) return text;
  // Invisible characters go first: one between a letter and its accent would hide the pair.
  let result = text
    .toWellFormed()
    .replace(/[^\S ]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
  // Typographic characters go before normalising, which would turn a superscript 3 into a plain 3;
  // ASCII ones after it, because it makes some of full-width and small forms.
  result = result
    .replace(VULGAR_FRACTION, (fraction) => ` ${fraction.normalize('NFKC')} `)
    .replace(/[^\p{ASCII}\p{L}\s]/gu, replacementOf)
    .normalize('NFKD');
  result = replaceLookalikes(result).replace(/([\p{ASCII}\p{Script=Latin}])\p{M}+/gu, '$1');
  return result
    .replaceAll('<=', ' at most ')
    .replaceAll('>=', ' at least ')
    .replace(/[\\^<{}~`]|[^\p{ASCII}\p{L}\s]/gu, replacementOf)
    .normalize('NFC')
    .replace(/ {2,}/g, ' ')
    .replace(/ (?=[.,;:?!](?: |$))/g, '')
    .trim();
}

function replacementOf(character: string): string {
  return REPLACEMENTS.get(character) ?? character;
}

/** GSM8K has a Cyrillic A in an English question. Text that is really Cyrillic or Greek stays. */
function replaceLookalikes(text: string): string {
  const foreign = text.match(/[\p{Script=Cyrillic}\p{Script=Greek}]/gu);
  if (foreign === null || !foreign.every((letter) => LOOKALIKES.has(letter))) return text;
  return text.replace(
    /[\p{Script=Cyrillic}\p{Script=Greek}]/gu,
    (letter) => LOOKALIKES.get(letter) ?? letter,
  );
}
