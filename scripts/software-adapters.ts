/** The software GPUs of this machine that Dawn in Node can use: Chromium's SwiftShader and Mesa's lavapipe. */

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Linux distributions put Chromium, and with it a Vulkan loader and SwiftShader. */
const CHROMIUM_FOLDERS = ['/usr/lib/chromium', '/opt/google/chrome', '/usr/lib/chromium-browser'];
/** Where Linux distributions say which Vulkan drivers there are. */
const DRIVER_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** Variables that make a process use a driver, which it has to be started with. */
export type DriverEnvironment = Readonly<Record<string, string>>;

function chromiumFolder(): string | undefined {
  return CHROMIUM_FOLDERS.find((folder) => existsSync(join(folder, 'libvk_swiftshader.so')));
}

/**
 * A process's variables for a Vulkan driver; Chromium's loader stands in where the system has none.
 *
 * @param file a driver's description, `*.json`
 */
export function driverEnvironment(file: string): DriverEnvironment {
  const folders = [process.env['LD_LIBRARY_PATH'], chromiumFolder()];
  return {
    VK_DRIVER_FILES: file,
    LD_LIBRARY_PATH: folders.filter((folder) => folder !== undefined).join(delimiter),
  };
}

/** For Chromium's SwiftShader; null where there is no Chromium. */
export async function swiftshaderEnvironment(): Promise<DriverEnvironment | null> {
  const folder = chromiumFolder();
  if (folder === undefined) return null;
  // The description that Chromium brings along names its library relative to itself.
  const file = join(await mkdtemp(join(tmpdir(), 'winnow-vulkan-')), 'driver.json');
  const library = join(folder, 'libvk_swiftshader.so');
  await writeFile(
    file,
    JSON.stringify({
      file_format_version: '1.0.0',
      ICD: { library_path: library, api_version: '1.0.5' },
    }),
  );
  return driverEnvironment(file);
}

/** For Mesa's lavapipe; null where it is not installed. */
export function lavapipeEnvironment(): DriverEnvironment | null {
  for (const folder of DRIVER_FOLDERS.filter((candidate) => existsSync(candidate))) {
    const file = readdirSync(folder).find((name) => /^lvp_icd.*\.json$/.test(name));
    if (file !== undefined) return driverEnvironment(join(folder, file));
  }
  return null;
}
