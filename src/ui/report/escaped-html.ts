/** HTML as text with every inserted value escaped, for the report that leaves the page as a file. */

/** A piece of HTML that is already safe to insert. */
export class EscapedHtml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insertion = string | number | EscapedHtml | readonly EscapedHtml[];

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function insert(value: Insertion): string {
  if (value instanceof EscapedHtml) return value.text;
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  return value.map((part) => part.text).join('');
}

/** Text as it may stand between tags and inside quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => replacements[character] ?? character);
}

/** A template whose insertions are escaped unless they are `EscapedHtml` themselves. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly Insertion[]
): EscapedHtml {
  return new EscapedHtml(
    strings.reduce((text, part, index) => {
      const value = values[index - 1];
      return text + (value === undefined ? '' : insert(value)) + part;
    }),
  );
}

/** Nothing, where a template needs a value. */
export const NOTHING = new EscapedHtml('');
