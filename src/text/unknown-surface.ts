/** What an unknown token looks like in decoded text. */

/**
 * U+2047, which SentencePiece writes for an unknown token, with a space on either side. It is in no
 * vocabulary, so text that holds it was decoded from ids that cannot be encoded again.
 */
export const UNKNOWN_SURFACE = '\u2047';
