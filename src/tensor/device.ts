/** What is known of the device that computes: the adapter found, and the backend chosen for it. */

export const BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The device the engine runs on, as found. */
export interface DeviceReport {
  readonly backend: BackendName;
  /** The adapter's own name, or what runs instead of one. */
  readonly name: string;
  /** True for a software adapter (SwiftShader, llvmpipe) and for the WebAssembly fallback. */
  readonly software: boolean;
  /** Why this backend was chosen, in one sentence for the banner. */
  readonly explanation: string;
  /** Whether it can time each kernel; studies of earlier versions do not say. */
  readonly timesKernels?: boolean;
}

/** A WebGPU adapter as the browser describes it. */
export interface AdapterReport {
  readonly name: string;
  readonly software: boolean;
}

/** The adapter the browser offers, or null when there is none. */
export async function findAdapter(): Promise<AdapterReport | null> {
  const gpu = globalThis.navigator?.gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return null;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [vendor, architecture, device, description].filter((word) => word !== '');
  const name = words.length > 0 ? [...new Set(words)].join(' ') : 'unnamed WebGPU adapter';
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|software/i.test(name);
  return { name, software };
}
