/** Text normalisation before the tokenizer's model sees it, as `tokenizer.json` describes it. */

import { readCharacterMap } from './character-map';
import { SPACE_MARK, type SingleNormalizer, type TokenizerFile } from './tokenizer-file';

/**
 * Builds the function that turns any text into what the pieces are matched against: normalised, every
 * space written as U+2581, with one in front unless the text is empty.
 */
export function createNormalization(file: TokenizerFile): (text: string) => string {
  const { normalizer, pre_tokenizer } = file;
  const list =
    normalizer === null
      ? []
      : normalizer.type === 'Sequence'
        ? normalizer.normalizers
        : [normalizer];
  const steps = list.map(createStep);
  const splitsAtWhitespace = pre_tokenizer.type === 'Sequence';
  return (text) => {
    let result = text.toWellFormed();
    for (const step of steps) result = step(result);
    if (splitsAtWhitespace) {
      return result
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => SPACE_MARK + word)
        .join('');
    }
    result = result.replaceAll(' ', SPACE_MARK);
    return result === '' || result.startsWith(SPACE_MARK) ? result : SPACE_MARK + result;
  };
}

function createStep(normalizer: SingleNormalizer): (text: string) => string {
  switch (normalizer.type) {
    case 'Precompiled': {
      const map = normalizer.precompiled_charsmap;
      return map === null || map === '' ? (text) => text : readCharacterMap(map);
    }
    case 'Strip': {
      const { strip_left, strip_right } = normalizer;
      return (text) => {
        const left = strip_left ? text.trimStart() : text;
        return strip_right ? left.trimEnd() : left;
      };
    }
    case 'Replace': {
      const { pattern, content } = normalizer;
      const search = 'String' in pattern ? pattern.String : / {2,}/g;
      // A function, because `$&` in a replacement string would be read as a pattern.
      return (text) => text.replaceAll(search, () => content);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => text.normalize(normalizer.type);
    default:
      return normalizer satisfies never;
  }
}
