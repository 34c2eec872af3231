/** What the checks of a study from a file are made of. */

import * as v from 'valibot';

/**
 * A check for every member of a type, optional ones included: a member that is added to the type and not here does
 * not compile, because it would be refused, or lost, on the way through a file.
 */
export type Checks<Value> = {
  readonly [Key in keyof Value]-?: v.GenericSchema<unknown, Value[Key]>;
};

/** Longest id: those of this page are short, and anything longer is not one of them. */
const LONGEST_ID = 200;

export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_ID));
export const text = v.string();
export const real = v.pipe(v.number(), v.finite());
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const share = v.pipe(real, v.minValue(0), v.maxValue(1));
/** Milliseconds, of a duration or since the epoch. */
export const milliseconds = v.pipe(real, v.minValue(0));
export const countByName = v.record(v.string(), count);
