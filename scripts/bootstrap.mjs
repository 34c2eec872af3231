/** What runs before anything is installed: checks Node, installs the packages, then starts a TypeScript script. Plain JavaScript for that reason. */

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINIMUM_NODE = [20, 19];

/**
 * Prepares the checkout and hands over to a script of this folder, whose exit code becomes ours.
 *
 * @param {string} script File name in `scripts/`.
 */
export function startScript(script) {
  const problem = nodeProblem(process.versions.node) ?? installPackages();
  if (problem !== null) {
    console.error(problem);
    process.exit(1);
  }
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join('scripts', script), ...process.argv.slice(2)],
    { cwd: ROOT, stdio: 'inherit' },
  );
  // Ctrl-C reaches the child too; it decides when to end, and we end with it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exit(code ?? (signal === null ? 1 : 130));
  });
}

/**
 * Says in one sentence why this Node cannot be used, or null when it can.
 *
 * @param {string} version Such as `20.19.0`.
 * @returns {string | null}
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = MINIMUM_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return null;
  return `Winnow needs Node ${MINIMUM_NODE.join('.')} or newer and this is Node ${version}: install a newer one from https://nodejs.org.`;
}

/**
 * Says whether what is installed differs from the lock file. npm writes the record of what it
 * installed last of all, so an interrupted installation differs as well.
 *
 * @param {string} lock Text of `package-lock.json`.
 * @param {string | null} installed Text of `node_modules/.package-lock.json`, null when absent.
 * @returns {boolean}
 */
export function isStale(lock, installed) {
  if (installed === null) return true;
  const wanted = packagesOf(lock);
  const present = packagesOf(installed);
  for (const [path, entry] of wanted) {
    // Packages for other platforms are optional and rightly absent.
    if (path === '' || (entry.optional === true && !present.has(path))) continue;
    if (present.get(path)?.integrity !== entry.integrity) return true;
  }
  return [...present.keys()].some((path) => !wanted.has(path));
}

/**
 * @param {string} text Text of a lock file.
 * @returns {Map<string, { integrity?: string, optional?: boolean }>}
 */
function packagesOf(text) {
  /** @type {{ packages?: Record<string, { integrity?: string, optional?: boolean }> }} */
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- npm writes both files, and no schema library is installed yet.
  const parsed = JSON.parse(text);
  return new Map(Object.entries(parsed.packages ?? {}));
}

/** @returns {string | null} Why it failed, or null. */
function installPackages() {
  const lock = readText('package-lock.json');
  if (lock === null)
    return 'package-lock.json is missing: this should be a complete checkout of Winnow.';
  if (!isStale(lock, readText(join('node_modules', '.package-lock.json')))) return null;
  console.log('Installing packages (npm ci) ...');
  const npm = process.env['npm_execpath'];
  const [command, prefix] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const result = spawnSync(command, [...prefix, 'ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: npm === undefined && process.platform === 'win32',
  });
  if (result.status === 0) return null;
  return 'Installing the packages failed: npm ci needs to reach the npm registry; its own message is above.';
}

/**
 * @param {string} path From the root of the checkout.
 * @returns {string | null}
 */
function readText(path) {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return null;
  }
}
