/** Mutations of JSON by its structure: what a mutation of bytes can do only by luck, a valid text with a hostile value. */

import type { Random } from '../../src/data/random';

const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  ' ',
  '__proto__',
  '<img src=x onerror=alert(1)>',
  '\u202Ex\u200B',
  '\uD800',
  'x'.repeat(5_000),
  [],
  {},
  [[[[[[[[]]]]]]]],
];

const HOSTILE_KEYS = ['__proto__', 'constructor', 'toString', 'length', '', '0', '<b>', 'x\0'];

/** Longest list a mutation makes. */
const LONGEST_LIST = 300;

type Json = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** A container at a random depth: the deeper the file, the rarer its root. */
function randomContainer(root: Json, random: Random): Json {
  let container = root;
  for (;;) {
    const inner = Object.values(container).filter(isContainer);
    if (inner.length === 0 || random.next() < 0.25) return container;
    container = random.pick(inner);
  }
}

/** A copy, so that a later change of the same mutant does not put a value into itself. */
const hostileValue = (random: Random): unknown => structuredClone(random.pick(HOSTILE_VALUES));

/** Own data under any key, also `__proto__`. */
function put(container: Json, key: string, value: unknown): void {
  Object.defineProperty(container, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function changeOnce(root: Json, random: Random): void {
  const container = randomContainer(root, random);
  const keys = Object.keys(container);
  const key = keys.length === 0 ? '0' : random.pick(keys);
  const value: unknown = Reflect.get(container, key);
  switch (random.integer(0, 5)) {
    case 0:
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else Reflect.deleteProperty(container, key);
      break;
    case 1:
      if (Array.isArray(container)) container.push(hostileValue(random));
      else put(container, random.pick(HOSTILE_KEYS), hostileValue(random));
      break;
    case 2:
      if (Array.isArray(value))
        put(
          container,
          key,
          Array.from({ length: random.integer(1, LONGEST_LIST) }, (): unknown => value[0] ?? null),
        );
      else put(container, key, [value]);
      break;
    case 3:
      if (typeof value === 'number') put(container, key, value + random.pick([-1, 1, 0.5, 1e9]));
      else if (typeof value === 'string') put(container, key, value + random.pick(HOSTILE_KEYS));
      else put(container, key, hostileValue(random));
      break;
    default:
      put(container, key, hostileValue(random));
  }
}

/** A copy of a JSON object with one to three changes. */
export function mutateJson(valid: Readonly<Record<string, unknown>>, random: Random): unknown {
  const root = structuredClone(valid);
  for (let left = random.integer(1, 3); left > 0; left--) changeOnce(root, random);
  return root;
}
