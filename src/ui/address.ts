/** The address of a view: what the part after `#` means, read with suspicion and written back. */

import * as v from 'valibot';
import { possibleFilter, traceOrderSchema } from '../rationale/trace-filter';
import { ALL_TRACES, type TraceSelection } from '../rationale/trace-listing';

export const BACKEND_CHOICES = ['auto', 'webgpu', 'wasm'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** One step of one attempt of the teacher; both count from 0 here, and from 1 in the address as on the page. */
export interface StepPlace {
  readonly sample: number;
  readonly step: number;
}

/** Settings by their paths, each as JSON text; whether they are possible is for whoever sets the study up to check. */
export type SetupChanges = Readonly<Record<string, string>>;

const STUDY_VIEWS = ['overview', 'traces', 'tests'] as const;
export type StudyView = (typeof STUDY_VIEWS)[number];

export type Address =
  | { readonly kind: 'home' }
  /** The first screen with a study set up: a preset, and what differs from it. */
  | { readonly kind: 'setup'; readonly preset: string; readonly changes: SetupChanges }
  | {
      readonly kind: 'study';
      readonly studyId: string;
      readonly view: StudyView;
      /** What of the traces is listed; absent for all. */
      readonly list?: TraceSelection;
      /** The test problem that is open; absent where none is. */
      readonly problemId?: string;
    }
  | {
      readonly kind: 'trace';
      readonly studyId: string;
      readonly problemId: string;
      /** The step that is pointed out; absent where none is. */
      readonly place?: StepPlace;
      /** As of a study: what J and K step through. */
      readonly list?: TraceSelection;
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

/** More settings than there are, and longer than any: what is beyond is not one of ours. */
const MOST_CHANGES = 100;
const LONGEST_CHANGE = 200_000;

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
  const setup = v.safeParse(nameSchema, parameters.get('setup'));
  if (setup.success) {
    parameters.delete('setup');
    return { kind: 'setup', preset: setup.output, changes: changesOf(parameters) };
  }
  const study = v.safeParse(nameSchema, parameters.get('study'));
  if (!study.success) return { kind: 'home' };
  const trace = v.safeParse(nameSchema, parameters.get('trace'));
  const list = listOf(parameters);
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
      ...(list === null ? {} : { list }),
    };
  }
  const view = STUDY_VIEWS.find((each) => each === parameters.get('view')) ?? 'overview';
  const problem = v.safeParse(nameSchema, parameters.get('problem'));
  return {
    kind: 'study',
    studyId: study.output,
    view,
    ...(list === null || view !== 'traces' ? {} : { list }),
    ...(problem.success && view === 'tests' ? { problemId: problem.output } : {}),
  };
}

/** The conditions and the order that an address names; null where it restricts nothing. */
function listOf(parameters: URLSearchParams): TraceSelection | null {
  const filter = possibleFilter(parameters);
  const order = v.safeParse(traceOrderSchema, parameters.get('order'));
  const list = { filter, order: order.success ? order.output : ALL_TRACES.order };
  return isEverything(list) ? null : list;
}

function isEverything({ filter, order }: TraceSelection): boolean {
  return Object.keys(filter).length === 0 && order === ALL_TRACES.order;
}

function writeList(parameters: URLSearchParams, list: TraceSelection = ALL_TRACES): void {
  if (list.order !== ALL_TRACES.order) parameters.set('order', list.order);
  for (const [name, value] of Object.entries(list.filter)) parameters.set(name, String(value));
}

function changesOf(parameters: URLSearchParams): SetupChanges {
  const changes = [...parameters]
    .filter(([path, text]) => path.length <= LONGEST_NAME && text.length <= LONGEST_CHANGE)
    .slice(0, MOST_CHANGES);
  return Object.fromEntries(changes);
}

/** The inverse of `parseAddress`, with its `#`. */
export function formatAddress(address: Address): string {
  const parameters = new URLSearchParams();
  switch (address.kind) {
    case 'home':
      return '#';
    case 'setup':
      parameters.set('setup', address.preset);
      for (const [path, text] of Object.entries(address.changes)) parameters.set(path, text);
      break;
    case 'study':
      parameters.set('study', address.studyId);
      if (address.view !== 'overview') parameters.set('view', address.view);
      if (address.problemId !== undefined) parameters.set('problem', address.problemId);
      writeList(parameters, address.list);
      break;
    case 'trace':
      parameters.set('study', address.studyId);
      parameters.set('trace', address.problemId);
      if (address.place !== undefined) {
        parameters.set('attempt', String(address.place.sample + 1));
        parameters.set('step', String(address.place.step + 1));
      }
      writeList(parameters, address.list);
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
