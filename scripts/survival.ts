/** `npm run test:survival`: kills, freezes, reloads and robs studies of their GPU, and looks whether anything was lost. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hashSeed, Random } from '../src/data/random';
import { buildIfStale } from './build-page';
import { startStaticServer } from './static-server';
import { runCampaign, runControl, type Outcome, type Surroundings } from './survival/campaign';
import { FAULTS } from './survival/faults';
import type { Leftovers } from './survival/leftovers';
import { startSlowHub } from './survival/slow-hub';

const HELP = `npm run test:survival [-- options]

  --kills N      times the browser is killed (default 50)
  --others N     times each other fault is brought about (default 5)
  --seed N       fixes the moments (default 1)
  --only NAMES   faults, separated by commas: ${FAULTS.map(({ name }) => name).join(', ')}`;

function count(text: string, option: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Error(`--${option} takes a number from 0 to 99999; it was given "${text}".`);
}

function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ fault, injected, survived, stages, compared, losses }) => [
    fault,
    String(injected),
    String(survived),
    Object.entries(stages)
      .map(([stage, times]) => `${stage} ${times}`)
      .join(', '),
    String(compared),
    losses.join('; ') || 'nothing',
  ]);
  const all = [['fault', 'injected', 'survived', 'in', 'studies compared', 'lost'], ...rows];
  const widths = (all[0] ?? []).map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    others: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const kills = count(values.kills, 'kills');
const others = count(values.others, 'others');
const seed = count(values.seed, 'seed');
const names = values.only?.split(',').map((name) => name.trim());
const faults = FAULTS.filter(({ name }) => names === undefined || names.includes(name));
if (names !== undefined && faults.length !== names.length) {
  throw new Error(`--only takes faults out of the list in --help; it was given "${values.only}".`);
}

// Ends the browser too, which a signal alone would leave running.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await buildIfStale(console.log);
const server = await startStaticServer({ folder: 'dist' });
const profile = await mkdtemp(join(tmpdir(), 'winnow-survival-'));
const hub = await startSlowHub();
const surroundings: Surroundings = {
  url: server.url,
  hub: hub.url,
  profile,
  report: console.log,
};
const outcomes: Outcome[] = [];
try {
  const controls = new Map<string, Leftovers['results']>();
  for (const fault of faults) {
    const { name, study } = fault;
    const control = controls.get(study) ?? (await runControl(surroundings, study));
    controls.set(study, control);
    const times = name === 'browser killed' ? kills : others;
    const random = new Random(hashSeed(seed, name));
    outcomes.push(await runCampaign(surroundings, fault, times, control, random));
  }
} finally {
  await Promise.all([server.close(), hub.close()]);
  await rm(profile, { recursive: true, force: true });
}
console.log(`\nSeed ${seed}\n${table(outcomes)}`);
process.exitCode = outcomes.every(({ losses }) => losses.length === 0) ? 0 : 1;
