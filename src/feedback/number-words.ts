/** The English words and symbols that stand for numbers in word problems. */

const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** What is counted with. */
export const CARDINALS = new Map<string, number>([
  ...UNITS.map((word, index) => [word, index] as const),
  ...TENS.map((word, index) => [word, 10 * (index + 2)] as const),
]);
/** What a number before it multiplies; `a hundred` is a hundred. */
export const SCALES = new Map<string, number>([
  ['dozen', 12],
  ['dozens', 12],
  ['hundred', 100],
  ['hundreds', 100],
  ['thousand', 1000],
  ['thousands', 1000],
  ['million', 1_000_000],
  ['millions', 1_000_000],
  ['billion', 1_000_000_000],
]);
/** Denominators of spoken fractions. */
export const PARTS = new Map<string, number>([
  ['half', 2],
  ['halves', 2],
  ['third', 3],
  ['thirds', 3],
  ['quarter', 4],
  ['quarters', 4],
  ['fourth', 4],
  ['fourths', 4],
  ['fifth', 5],
  ['fifths', 5],
  ['sixth', 6],
  ['sixths', 6],
  ['seventh', 7],
  ['sevenths', 7],
  ['eighth', 8],
  ['eighths', 8],
  ['ninth', 9],
  ['ninths', 9],
  ['tenth', 10],
  ['tenths', 10],
]);
/** Words that state a number without being one: multiples, groups, coins, periods. */
export const MULTIPLES = new Map<string, number>([
  ['once', 1],
  ['twice', 2],
  ['double', 2],
  ['doubles', 2],
  ['doubled', 2],
  ['doubling', 2],
  ['both', 2],
  ['pair', 2],
  ['pairs', 2],
  ['couple', 2],
  ['twins', 2],
  ['thrice', 3],
  ['triple', 3],
  ['triples', 3],
  ['tripled', 3],
  ['tripling', 3],
  ['triplets', 3],
  ['quadruple', 4],
  ['quadrupled', 4],
  ['nickel', 5],
  ['nickels', 5],
  ['dime', 10],
  ['dimes', 10],
  ['decade', 10],
  ['century', 100],
  ['fortnight', 14],
]);
/** Characters that are fractions, as numerator and denominator. */
export const FRACTION_SYMBOLS = new Map<string, readonly [number, number]>([
  ['\u00bd', [1, 2]],
  ['\u00bc', [1, 4]],
  ['\u00be', [3, 4]],
  ['\u2153', [1, 3]],
  ['\u2154', [2, 3]],
  ['\u215b', [1, 8]],
]);
