/** The address of a view: what the part after `#` means, read with suspicion and written back. */

import * as v from 'valibot';

export const BACKEND_CHOICES = ['auto', 'webgpu', 'wasm'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** One step of one attempt of the teacher; both count from 0 here, and from 1 in the address as on the page. */
export interface StepPlace {
  readonly sample: number;
  readonly step: number;
}

export type Address =
  | { readonly kind: 'home' }
  | { readonly kind: 'study'; readonly studyId: string; readonly view: 'overview' | 'traces' }
  | {
      readonly kind: 'trace';
      readonly studyId: string;
      readonly problemId: string;
      /** The step that is pointed out; absent where none is. */
      readonly place?: StepPlace;
    }
  | {
      readonly kind: 'run';
      readonly preset: string;
      readonly backend: BackendChoice;
      readonly seed: number | null;
    };

/** Longest name taken from an address: identifiers are short, and anything longer is not one of ours. */
const LONGEST_NAME = 200;

const nameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_NAME));
const backendSchema = v.fallback(v.picklist(BACKEND_CHOICES), 'auto');
const seedSchema = v.fallback(
  v.nullable(
    v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number), v.maxValue(0xffff_ffff)),
  ),
  null,
);

const ordinalSchema = v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number));
const placeSchema = v.object({ attempt: ordinalSchema, step: ordinalSchema });

/** Reads `location.hash`; anything that is not an address of this page is the first screen. */
export function parseAddress(hash: string): Address {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const preset = v.safeParse(nameSchema, parameters.get('run'));
  if (preset.success) {
    return {
      kind: 'run',
      preset: preset.output,
      backend: v.parse(backendSchema, parameters.get('backend')),
      seed: v.parse(seedSchema, parameters.get('seed')),
    };
  }
  const study = v.safeParse(nameSchema, parameters.get('study'));
  if (!study.success) return { kind: 'home' };
  const trace = v.safeParse(nameSchema, parameters.get('trace'));
  if (trace.success) {
    const place = v.safeParse(placeSchema, {
      attempt: parameters.get('attempt'),
      step: parameters.get('step'),
    });
    return {
      kind: 'trace',
      studyId: study.output,
      problemId: trace.output,
      ...(place.success
        ? { place: { sample: place.output.attempt - 1, step: place.output.step - 1 } }
        : {}),
    };
  }
  const view = parameters.get('view') === 'traces' ? 'traces' : 'overview';
  return { kind: 'study', studyId: study.output, view };
}

/** The inverse of `parseAddress`, with its `#`. */
export function formatAddress(address: Address): string {
  const parameters = new URLSearchParams();
  switch (address.kind) {
    case 'home':
      return '#';
    case 'study':
      parameters.set('study', address.studyId);
      if (address.view === 'traces') parameters.set('view', 'traces');
      break;
    case 'trace':
      parameters.set('study', address.studyId);
      parameters.set('trace', address.problemId);
      if (address.place !== undefined) {
        parameters.set('attempt', String(address.place.sample + 1));
        parameters.set('step', String(address.place.step + 1));
      }
      break;
    case 'run':
      parameters.set('run', address.preset);
      parameters.set('backend', address.backend);
      if (address.seed !== null) parameters.set('seed', String(address.seed));
      break;
    default:
      address satisfies never;
  }
  return `#${parameters.toString()}`;
}
