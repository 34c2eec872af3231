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
  ['billions', 1_000_000_000],
  ['trillion', 1_000_000_000_000],
  ['trillions', 1_000_000_000_000],
]);
const PART_NAMES =
  'third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(
    ' ',
  );

/** Denominators of spoken fractions. */
export const PARTS = new Map<string, number>([
  ['half', 2],
  ['halves', 2],
  ['quarter', 4],
  ['quarters', 4],
  ...PART_NAMES.flatMap((name, index): [string, number][] => [
    [name, index + 3],
    [`${name}s`, index + 3],
  ]),
  ['hundredth', 100],
  ['hundredths', 100],
  ['thousandth', 1000],
  ['thousandths', 1000],
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
  ['quadruples', 4],
  ['quadrupled', 4],
  ['quintuple', 5],
  ['quintupled', 5],
  ['penny', 1],
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
  ['\u2150', [1, 7]],
  ['\u2151', [1, 9]],
  ['\u2152', [1, 10]],
  ['\u2153', [1, 3]],
  ['\u2154', [2, 3]],
  ['\u2155', [1, 5]],
  ['\u2156', [2, 5]],
  ['\u2157', [3, 5]],
  ['\u2158', [4, 5]],
  ['\u2159', [1, 6]],
  ['\u215a', [5, 6]],
  ['\u215b', [1, 8]],
  ['\u215c', [3, 8]],
  ['\u215d', [5, 8]],
  ['\u215e', [7, 8]],
]);

/** A unit by its names, and how many of the smaller one make it. */
const COMPOUNDS: readonly (readonly [larger: string, smaller: string, count: number])[] = [
  ['year years', 'month months', 12],
  ['week weeks', 'day days', 7],
  ['day days', 'hour hours hr hrs h', 24],
  ['hour hours hr hrs h', 'minute minutes min mins m', 60],
  ['minute minutes min mins', 'second seconds sec secs s', 60],
  ['yard yards', 'foot feet ft', 3],
  ['foot feet ft', 'inch inches in', 12],
  ['pound pounds lb lbs', 'ounce ounces oz', 16],
  ['gallon gallons', 'quart quarts', 4],
  ['dollar dollars', 'cent cents', 100],
  ['kilometer kilometers km', 'meter meters m', 1000],
  ['meter meters m', 'centimeter centimeters cm', 100],
  ['kilogram kilograms kg', 'gram grams g', 1000],
];

/** How many of the second unit make one of the first, where people name amounts in both (`1 hour 20 minutes`). */
export function unitsIn(larger: string, smaller: string): number | null {
  const names = (unit: string, word: string) => unit.split(' ').includes(word);
  return (
    COMPOUNDS.find(([large, small]) => names(large, larger) && names(small, smaller))?.[2] ?? null
  );
}
