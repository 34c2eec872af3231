/** Exact rational arithmetic on bigints, so that 0.1 + 0.2 is 0.3 and a step is never blamed for a rounding of ours. */

/** A fraction in lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Most digits of a number that is read from text: longer ones are no quantities, and arithmetic on them is slow. */
export const MAXIMUM_DIGITS = 40;

const greatestCommonDivisor = (first: bigint, second: bigint): bigint => {
  let [large, small] = [first < 0n ? -first : first, second < 0n ? -second : second];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
};

/**
 * The fraction `numerator / denominator` in lowest terms.
 * @throws RangeError when the denominator is zero.
 */
export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const above = BigInt(numerator);
  const below = BigInt(denominator);
  if (below === 0n)
    throw new RangeError(
      'Expected a denominator other than zero, found 0: check the divisor first.',
    );
  const divisor = greatestCommonDivisor(above, below) * (below < 0n ? -1n : 1n);
  return { numerator: above / divisor, denominator: below / divisor };
}

export const ZERO = rational(0);
export const ONE = rational(1);
export const HUNDRED = rational(100);

export const add = (first: Rational, second: Rational): Rational =>
  rational(
    first.numerator * second.denominator + second.numerator * first.denominator,
    first.denominator * second.denominator,
  );

export const negate = (value: Rational): Rational => ({
  numerator: -value.numerator,
  denominator: value.denominator,
});

export const subtract = (first: Rational, second: Rational): Rational => add(first, negate(second));

export const multiply = (first: Rational, second: Rational): Rational =>
  rational(first.numerator * second.numerator, first.denominator * second.denominator);

/** The quotient, or null when the divisor is zero. */
export const divide = (first: Rational, second: Rational): Rational | null =>
  second.numerator === 0n
    ? null
    : rational(first.numerator * second.denominator, first.denominator * second.numerator);

export const absolute = (value: Rational): Rational =>
  value.numerator < 0n ? negate(value) : value;

/** Negative, zero or positive as `first` is below, equal to or above `second`. */
export function compare(first: Rational, second: Rational): number {
  const difference = first.numerator * second.denominator - second.numerator * first.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export const equal = (first: Rational, second: Rational): boolean =>
  first.numerator === second.numerator && first.denominator === second.denominator;

/** True where `shown` is `value` to within `unit`, one unit of the last decimal shown; exactly where that is null. */
export const agreesWithin = (value: Rational, shown: Rational, unit: Rational | null): boolean =>
  compare(absolute(subtract(value, shown)), unit ?? ZERO) <= 0;

export const isInteger = (value: Rational): boolean => value.denominator === 1n;

/** The largest integer that is not above the value. */
export function floor(value: Rational): Rational {
  const quotient = value.numerator / value.denominator;
  const below = value.numerator < 0n && quotient * value.denominator !== value.numerator;
  return { numerator: below ? quotient - 1n : quotient, denominator: 1n };
}

/** The same string for equal values and only for them: a key of maps and sets. */
export const keyOf = (value: Rational): string =>
  value.denominator === 1n ? `${value.numerator}` : `${value.numerator}/${value.denominator}`;

/**
 * Reads a plain decimal such as `72`, `-3.50`, `.5` or `1,234.5`.
 * @returns null when the text is anything else, or has more than `MAXIMUM_DIGITS` digits.
 */
export function parseDecimal(text: string): Rational | null {
  // Longer than any number within the digit limit, with its separators and sign.
  if (text.length > 2 * MAXIMUM_DIGITS) return null;
  const match = /^(-?)(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) return null;
  const whole = (match[2] ?? '').replaceAll(',', '');
  const decimals = match[3] ?? '';
  const digits = whole + decimals;
  if (digits.length === 0 || digits.length > MAXIMUM_DIGITS) return null;
  const magnitude = rational(BigInt(digits), 10n ** BigInt(decimals.length));
  return match[1] === '-' ? negate(magnitude) : magnitude;
}

/** True where two texts are the same decimal number. */
export function sameDecimal(first: string | null, second: string): boolean {
  const [own, other] = [parseDecimal(first?.trim() ?? ''), parseDecimal(second.trim())];
  return own !== null && other !== null && equal(own, other);
}

/** `-3.5` for -7/2; null when the decimal expansion does not end. */
export function exactDecimal(value: Rational): string | null {
  let rest = value.denominator;
  let places = 0;
  for (const factor of [10n, 5n, 2n]) {
    for (; rest % factor === 0n; places += 1) rest /= factor;
  }
  if (rest !== 1n) return null;
  const scaled = (value.numerator * 10n ** BigInt(places)) / value.denominator;
  const digits = `${scaled < 0n ? -scaled : scaled}`.padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}

/** The value as people write it: exact where four decimals suffice, otherwise rounded and marked `about`. */
export function describe(value: Rational): string {
  const exact = exactDecimal(value);
  if (exact !== null && !/\.\d{5}/.test(exact)) return exact;
  const rounded = floor(add(multiply(value, rational(10_000)), rational(1, 2)));
  return `about ${exactDecimal(multiply(rounded, rational(1, 10_000))) ?? keyOf(value)}`;
}
