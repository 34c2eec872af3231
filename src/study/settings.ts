/** The settings of a configuration one by one: their paths, bounds and values, and where two configurations differ. */

import * as v from 'valibot';
import { settingsSchema } from './configuration';

/** What may be written for a number. */
export interface NumberBounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** What no number at all is written as; absent where there has to be one. */
  readonly none?: null | undefined;
}

/** A part of a schema, as far as it matters here: valibot schemas describe themselves. */
const partSchema = v.looseObject({
  type: v.string(),
  entries: v.optional(v.record(v.string(), v.unknown())),
  wrapped: v.optional(v.unknown()),
  default: v.optional(v.unknown()),
  pipe: v.optional(
    v.array(v.looseObject({ type: v.string(), requirement: v.optional(v.unknown()) })),
  ),
});
type Part = v.InferOutput<typeof partSchema>;

const describe = (schema: unknown): Part => v.parse(partSchema, schema);

/** Wrappers taken away, as long as the value inside is still there when the outer one says nothing. */
function unwrapped(part: Part): Part {
  const isAlwaysThere = part.type === 'optional' && part.default !== undefined;
  return isAlwaysThere ? unwrapped(describe(part.wrapped)) : part;
}

/**
 * A setting is a leaf of the schema, or an object that is chosen as a whole: one whose members are checked against
 * each other, or which may be absent.
 */
function leaves(part: Part, path: string): string[] {
  const inner = unwrapped(part);
  if (inner.type !== 'strict_object' || inner.pipe !== undefined) return [path];
  return Object.entries(inner.entries ?? {}).flatMap(([name, member]) =>
    leaves(describe(member), path === '' ? name : `${path}.${name}`),
  );
}

/** The paths of all settings, such as `training.learningRate`, in the order of the schema. */
export const SETTING_PATHS: readonly string[] = leaves(describe(settingsSchema), '')
  // What a configuration started from is no setting of it.
  .filter((path) => path !== 'preset');

/** The bounds of a setting, or of a member of one, that is a number; null where it is something else. */
export function numberBounds(path: string): NumberBounds | null {
  let part: Part = describe(settingsSchema);
  for (const name of path.split('.')) {
    while (part.wrapped !== undefined) part = describe(part.wrapped);
    const member = part.entries?.[name];
    if (member === undefined) return null;
    part = describe(member);
  }
  return boundsOf(part);
}

function boundsOf(part: Part): NumberBounds | null {
  if (part.type === 'optional' || part.type === 'nullable') {
    const inner = boundsOf(describe(part.wrapped));
    if (inner === null || (part.type === 'optional' && part.default !== undefined)) return inner;
    return { ...inner, none: part.type === 'nullable' ? null : undefined };
  }
  if (part.type !== 'number') return null;
  const limit = (type: string): number => {
    const requirement = part.pipe?.find((action) => action.type === type)?.requirement;
    return v.parse(v.number(), requirement);
  };
  const isWhole = part.pipe?.some(({ type }) => type === 'integer') === true;
  return { least: limit('min_value'), most: limit('max_value'), isWhole };
}

const recordSchema = v.record(v.string(), v.unknown());

/** The value of a setting; undefined where there is none. */
export function settingAt(configuration: unknown, path: string): unknown {
  let value = configuration;
  for (const name of path.split('.')) {
    const parsed = v.safeParse(recordSchema, value);
    if (!parsed.success) return undefined;
    value = parsed.output[name];
  }
  return value;
}

/** A copy of a configuration with one setting replaced, or taken away by `undefined`; not checked yet. */
export function withSetting(configuration: unknown, path: string, value: unknown): unknown {
  const [name = '', ...rest] = path.split('.');
  const parsed = v.safeParse(recordSchema, configuration);
  const { [name]: member, ...others } = parsed.success ? parsed.output : {};
  const changed = rest.length === 0 ? value : withSetting(member, rest.join('.'), value);
  return changed === undefined ? others : { ...others, [name]: changed };
}

/** The settings in which one configuration differs from another. */
export function changedSettings(configuration: unknown, from: unknown): readonly string[] {
  return SETTING_PATHS.filter(
    (path) => canonical(settingAt(configuration, path)) !== canonical(settingAt(from, path)),
  );
}

/** A value as text that does not depend on the order of members; absent ones are the same as undefined ones. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      const parsed = v.safeParse(recordSchema, part);
      if (Array.isArray(part) || !parsed.success) return part;
      return Object.fromEntries(
        Object.entries(parsed.output).toSorted(([one], [other]) => (one < other ? -1 : 1)),
      );
    }) ?? ''
  );
}
