/** A JSON parser for headers nobody vouches for: duplicate keys and deep nesting are errors, and objects become Maps. */

export type StrictJson = null | boolean | number | string | StrictJson[] | StrictJsonObject;

export type StrictJsonObject = Map<string, StrictJson>;

/** What is wrong with a JSON text, and the character at which it shows. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
  readonly position: number;
  readonly rule: string;

  constructor(position: number, rule: string) {
    super(`character ${position}: ${rule}`);
    this.position = position;
    this.rule = rule;
  }
}

/** Characters of a number: a 64-bit integer has 20, a double in full 24; a longer one is an attack or a mistake. */
const MAXIMUM_NUMBER_LENGTH = 32;

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const NUMBER_CHARACTERS = '+-.0123456789Ee';
const SPACE_CHARACTERS = ' \t\n\r';
const LITERALS: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

export interface StrictJsonLimits {
  /** Levels of objects and arrays within each other. */
  readonly depth: number;
  /** Values of any kind, objects and arrays included. */
  readonly values: number;
}

class StrictJsonParser {
  private readonly text: string;
  private readonly limits: StrictJsonLimits;
  private position = 0;
  private values = 0;

  constructor(text: string, limits: StrictJsonLimits) {
    this.text = text;
    this.limits = limits;
  }

  document(): StrictJson {
    const value = this.value(0);
    this.space();
    if (this.position < this.text.length)
      this.fail('the JSON value has ended, but the text goes on');
    return value;
  }

  private fail(rule: string): never {
    throw new StrictJsonError(this.position, rule);
  }

  // Scanned by hand: a regular expression that repeats over millions of characters can exhaust its stack.
  private skip(characters: string, maximum: number): string {
    const start = this.position;
    while (
      this.position < this.text.length &&
      this.position - start < maximum &&
      characters.includes(this.text.charAt(this.position))
    ) {
      this.position++;
    }
    return this.text.slice(start, this.position);
  }

  private space(): void {
    this.skip(SPACE_CHARACTERS, Infinity);
  }

  /** Skips white space and takes the character if it is the one asked for. */
  private take(character: string): boolean {
    this.space();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private value(depth: number): StrictJson {
    this.space();
    this.values++;
    if (this.values > this.limits.values) {
      this.fail(`the JSON has more than ${this.limits.values} values`);
    }
    const first = this.text[this.position];
    if (first === '{' || first === '[') {
      if (depth === this.limits.depth) {
        this.fail(`the JSON is nested deeper than ${this.limits.depth} levels`);
      }
      return first === '{' ? this.object(depth + 1) : this.array(depth + 1);
    }
    if (first === '"') return this.string();
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, this.position)) {
        this.position += word.length;
        return value;
      }
    }
    return this.number();
  }

  private number(): number {
    const start = this.position;
    const literal = this.skip(NUMBER_CHARACTERS, MAXIMUM_NUMBER_LENGTH + 1);
    if (literal.length <= MAXIMUM_NUMBER_LENGTH && NUMBER.test(literal)) return Number(literal);
    this.position = start;
    return this.fail('a JSON value was expected');
  }

  private string(): string {
    const start = this.position;
    if (this.text[start] !== '"') this.fail('a JSON string was expected');
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') {
      end += this.text[end] === '\\' ? 2 : 1;
    }
    const literal = this.text.slice(start, end + 1);
    try {
      const value: unknown = JSON.parse(literal);
      if (typeof value === 'string') {
        this.position = end + 1;
        return value;
      }
    } catch {
      // Falls through to the error below, which knows the position.
    }
    return this.fail('a JSON string starts here that does not close or has invalid characters');
  }

  private object(depth: number): StrictJsonObject {
    const members: StrictJsonObject = new Map();
    this.position++;
    if (this.take('}')) return members;
    do {
      this.space();
      const start = this.position;
      const key = this.string();
      if (members.has(key)) {
        this.position = start;
        this.fail(`the key ${JSON.stringify(key.slice(0, 80))} occurs twice`);
      }
      if (!this.take(':')) this.fail('a colon was expected after a key');
      members.set(key, this.value(depth));
    } while (this.take(','));
    if (!this.take('}')) this.fail('a comma or a closing brace was expected');
    return members;
  }

  private array(depth: number): StrictJson[] {
    const items: StrictJson[] = [];
    this.position++;
    if (this.take(']')) return items;
    do {
      items.push(this.value(depth));
    } while (this.take(','));
    if (!this.take(']')) this.fail('a comma or a closing bracket was expected');
    return items;
  }
}

/**
 * Parses one JSON value (RFC 8259).
 * @throws {StrictJsonError} invalid JSON, a key twice in an object, or a limit exceeded
 */
export function parseStrictJson(text: string, limits: StrictJsonLimits): StrictJson {
  return new StrictJsonParser(text, limits).document();
}
