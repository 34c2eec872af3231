/** The page in which the parity checks run on WebGPU; webgpu-parity.ts opens it and prints what it says. */

import { selectBackend } from '../../../src/tensor/backend';
import { formatComparisons, type Comparison } from '../comparison';
import { modelParity } from '../model-parity';
import { OracleFolder } from '../oracle-folder';

/** The comparisons made, or the sentence that says why there are none. */
export type ParityOutcome =
  { readonly comparisons: readonly Comparison[] } | { readonly problem: string };

declare global {
  interface Window {
    /** Given by webgpu-parity.ts: prints a text in the terminal. */
    printParity: (text: string) => Promise<void>;
    runParity: () => Promise<ParityOutcome>;
  }
}

async function readServedFile(name: string): Promise<Uint8Array> {
  const response = await fetch(`oracle/${name}`);
  if (!response.ok) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}

window.runParity = async () => {
  try {
    // The WebAssembly binary's address is asked for by another backend only.
    const device = await selectBackend('webgpu', { wasmBinary: '' });
    await window.printParity(device.explanation || `Adapter: ${device.name}`);
    const comparisons = await modelParity(new OracleFolder(readServedFile), (group) => {
      void window.printParity(formatComparisons(group));
    });
    return { comparisons };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};
