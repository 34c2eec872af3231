/** Final answers: what a person writes as a number, and the one plain form this project compares. */

/**
 * Most digits in an answer. No school problem needs more, and beyond it two different numbers would be
 * the same double.
 */
export const MAXIMUM_ANSWER_DIGITS = 30;

const CURRENCY = /[$€£¢]/gu;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const PLAIN = /^(?:\d+\.?\d*|\.\d+)$/;

/**
 * The plain decimal form of a written number: no thousands commas, trailing dot, currency or percent
 * sign, no zeros that say nothing (`$1,080.` becomes `1080`, `-3.50` becomes `-3.5`, `.5` becomes
 * `0.5`); null when the text is anything but one number (`3/4`, `1,5`, `12 apples`).
 */
export function normalizeAnswer(text: string): string | null {
  // Longer than any number with its signs; keeps a hostile text from being copied several times.
  if (text.length > 4 * MAXIMUM_ANSWER_DIGITS) return null;
  let rest = text
    .replace(CURRENCY, '')
    .replace(/%\s*\.?$/, '')
    .replace(/\s+/g, '');
  let negative = false;
  const sign = rest[0];
  if (sign === '-' || sign === '\u2212' || sign === '+') {
    negative = sign !== '+';
    rest = rest.slice(1);
  }
  if (GROUPED.test(rest)) rest = rest.replaceAll(',', '');
  if (!PLAIN.test(rest)) return null;
  const [whole = '', fraction = ''] = rest.split('.');
  const wholeDigits = whole.replace(/^0+(?=\d)/, '') || '0';
  const fractionDigits = fraction.replace(/0+$/, '');
  if (wholeDigits.length + fractionDigits.length > MAXIMUM_ANSWER_DIGITS) return null;
  const digits = fractionDigits === '' ? wholeDigits : `${wholeDigits}.${fractionDigits}`;
  return negative && digits !== '0' ? `-${digits}` : digits;
}
