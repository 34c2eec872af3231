/** The options of `npm run study`, read and checked before anything is done. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { studyConfigurationSchema, type StudyConfiguration } from '../../src/study/configuration';
import type { Extent } from '../../src/study/archive/export-study';
import { EXPORT_FORMATS, type ExportFormat } from '../../src/study/export/exported-file';
import { PRESET_NAMES, presetConfiguration } from '../../src/study/presets';

/** The study as one file, and how much of it. */
export const STUDY_FORMATS = {
  study: 'whole',
  'study-without-weights': 'without-weights',
  'study-excerpt': 'excerpt',
} as const satisfies Readonly<Record<string, Extent>>;
export type StudyFormat = keyof typeof STUDY_FORMATS;

export const USAGE = `npm run study -- [options]
  --config FILE         configuration of the study as JSON (the page and every report.json show one)
  --preset NAME         instead of a file: ${PRESET_NAMES.join(', ')} (default: demo)
  --pocket              the preset's study with the pocket pair on generated problems, for a computer without
                        a GPU (preset article); seeds 1, 2 and 3 unless --seeds says otherwise
  --set PATH=VALUE      changes one setting, such as training.learningRate=0.002; may be repeated
  --seeds N,N,...       one study for each seed, and their comparison in comparison.md; otherwise the
                        configuration's own seed
  --file PATH           a file of problems to study instead of generated ones; may be repeated
  --model PATH          a T5 on this computer that the configuration names by its SHA-256, as GGUF, or as
                        safetensors with its config.json in the same folder; may be repeated
  --models DIR          folder of the pocket pair (default: public/models/pocket)
  --export FORMAT       how trained students are written: ${EXPORT_FORMATS.join(', ')};
                        or ${Object.keys(STUDY_FORMATS).join(', ')}, the whole study as one file that the page imports;
                        may be repeated (default: hugging-face-f32)
  --backend NAME        wasm (default), webgpu or cpu
  --out DIR             where results and saved states go (default: studies); a study that was
                        stopped there goes on`;

/** Of a study that is to show its spread. */
const POCKET_SEEDS = '1,2,3';

/** What is wrong with the command line; the usage is shown with it. */
export class UsageError extends Error {}

export interface StudyRequest {
  /** One a seed, alike but for it. */
  readonly configurations: readonly StudyConfiguration[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Paths of models that a configuration chose from a disk. */
  readonly models: readonly string[];
  readonly modelFolder: string;
  readonly backend: 'wasm' | 'webgpu' | 'cpu';
  readonly exports: readonly ExportFormat[];
  readonly studyExports: readonly StudyFormat[];
  readonly out: string;
}

/**
 * Reads the command line and the files it names.
 *
 * @returns null when only the usage was asked for
 * @throws UsageError naming the option that is wrong
 */
export async function readStudyRequest(
  commandArguments: readonly string[],
): Promise<StudyRequest | null> {
  const values = parseOptions(commandArguments);
  if (values.help) return null;
  const { backend } = values;
  if (backend !== 'wasm' && backend !== 'webgpu' && backend !== 'cpu') {
    throw new UsageError(`--backend takes wasm, webgpu or cpu; it was given "${backend}".`);
  }
  const files = await Promise.all(
    values.file.map(async (path) => ({
      name: path.replace(/^.*[/\\]/, ''),
      text: await readText('--file', path),
    })),
  );
  const base = await baseConfiguration(values.config, values.preset, values.pocket);
  const source = files.length > 0 ? ['data.source="files"'] : [];
  const changed = checkConfiguration(withChanges(base, [...values.set, ...source]));
  if (changed.data.source === 'files' && files.length === 0) {
    throw new UsageError('This configuration reads problem files: name them with --file.');
  }
  const given = values.seeds ?? (values.pocket ? POCKET_SEEDS : undefined);
  const seeds = given === undefined ? [changed.seed] : readSeeds(given);
  return {
    configurations: seeds.map((seed) => checkConfiguration({ ...changed, seed })),
    files,
    models: values.model,
    modelFolder: values.models,
    backend,
    exports: values.export.filter((name) => !isStudyFormat(name)).map(exportFormat),
    studyExports: values.export.filter(isStudyFormat),
    out: values.out,
  };
}

function isStudyFormat(name: string): name is StudyFormat {
  return Object.hasOwn(STUDY_FORMATS, name);
}

function exportFormat(name: string): ExportFormat {
  const format = EXPORT_FORMATS.find((candidate) => candidate === name);
  if (format !== undefined) return format;
  throw new UsageError(
    `--export takes ${[...EXPORT_FORMATS, ...Object.keys(STUDY_FORMATS)].join(', ')}; it was given "${name}".`,
  );
}

function parseOptions(commandArguments: readonly string[]) {
  try {
    return parseArgs({
      args: [...commandArguments],
      options: {
        help: { type: 'boolean', default: false },
        config: { type: 'string' },
        preset: { type: 'string' },
        pocket: { type: 'boolean', default: false },
        set: { type: 'string', multiple: true, default: [] },
        seeds: { type: 'string' },
        file: { type: 'string', multiple: true, default: [] },
        model: { type: 'string', multiple: true, default: [] },
        models: { type: 'string', default: 'public/models/pocket' },
        export: { type: 'string', multiple: true, default: ['hugging-face-f32'] },
        backend: { type: 'string', default: 'wasm' },
        out: { type: 'string', default: 'studies' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${option} ${path}: expected a file, found ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

async function baseConfiguration(
  file: string | undefined,
  preset: string | undefined,
  isPocket: boolean,
): Promise<unknown> {
  if (isPocket && (file !== undefined || preset !== 'article')) {
    throw new UsageError('--pocket belongs to --preset article.');
  }
  if (file !== undefined && preset !== undefined) {
    throw new UsageError('Give either --config or --preset, not both.');
  }
  if (file === undefined) {
    const wanted = isPocket ? 'article-pocket' : (preset ?? 'demo');
    const name = PRESET_NAMES.find((candidate) => candidate === wanted);
    if (name !== undefined) return presetConfiguration(name);
    throw new UsageError(
      `--preset takes ${PRESET_NAMES.join(', ')}; it was given "${preset ?? ''}".`,
    );
  }
  try {
    const value: unknown = JSON.parse(await readText('--config', file));
    return value;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--config ${file}: expected JSON, found ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

/** A copy of the configuration with the settings of `PATH=VALUE` replaced; there has to be one already. */
function withChanges(configuration: unknown, changes: readonly string[]): unknown {
  const copy: unknown = structuredClone(configuration);
  for (const change of changes) {
    const [, path = '', value = ''] = /^([\w.]+)=(.+)$/.exec(change) ?? [];
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let parent: unknown = copy;
    for (const key of keys) parent = isRecord(parent) ? parent[key] : null;
    if (!isRecord(parent) || !Object.hasOwn(parent, last)) {
      throw new UsageError(
        `--set ${change}: expected the path of a setting and its value, such as training.learningRate=0.002.`,
      );
    }
    parent[last] = settingValue(value);
  }
  return copy;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Numbers, truth values and quoted texts are JSON; anything else is a text as it stands. */
function settingValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

function checkConfiguration(value: unknown): StudyConfiguration {
  const parsed = v.safeParse(studyConfigurationSchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new UsageError(
    `The configuration cannot be used: ${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}.`,
  );
}

function readSeeds(text: string): number[] {
  const seeds = text.split(',').map(Number);
  if (seeds.some((seed) => !Number.isInteger(seed)) || new Set(seeds).size !== seeds.length) {
    throw new UsageError(
      `--seeds takes different whole numbers, such as 1,2,3; it was given "${text}".`,
    );
  }
  return seeds;
}
