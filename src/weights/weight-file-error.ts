/** The one error that a weight file can cause: it names the file, the byte and the rule that was broken. */

export class WeightFileError extends Error {
  override readonly name = 'WeightFileError';
  /** The file as the visitor knows it. */
  readonly fileName: string;
  /** Where in the file, in bytes, the broken rule was found. */
  readonly byteOffset: number;
  /** What was found, what was expected and, where it helps, what to do. */
  readonly rule: string;

  constructor(fileName: string, byteOffset: number, rule: string, options?: ErrorOptions) {
    super(`${fileName}, byte ${byteOffset}: ${rule}`, options);
    this.fileName = fileName;
    this.byteOffset = byteOffset;
    this.rule = rule;
  }
}
