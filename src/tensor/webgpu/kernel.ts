/** What a WGSL kernel of our own is: its bindings, its uniforms and its code. */

export interface KernelBinding {
  readonly name: string;
  /** `write` lets the kernel read as well: in-place updates. */
  readonly access: 'read' | 'write';
  /** A WGSL type, such as `array<f32>` or `array<vec4<f32>>`. */
  readonly type: string;
}

export interface KernelUniform {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32';
}

export interface Kernel {
  /** Shown by profiles and errors. */
  readonly name: string;
  /** Tells apart variants of one name whose code differs, such as tile shapes; empty where there is one. */
  readonly variant: string;
  /** Storage buffers in the order of their binding numbers, from 0; at most 8, WebGPU's default limit. */
  readonly bindings: readonly KernelBinding[];
  /** Members of `uniforms`, in order; scalars only, so that the layout has no holes. */
  readonly uniforms: readonly KernelUniform[];
  /** WGSL with a compute entry point `main`; bindings and `uniforms` are declared in front of it. */
  readonly code: string;
}

/** WebGPU's default limit of storage buffers a shader stage. */
export const MAXIMUM_STORAGE_BUFFERS = 8;

/** The whole shader: the declarations that follow from the description, then the kernel's own code. */
export function kernelSource({ bindings, uniforms, code }: Kernel): string {
  const storage = bindings.map(({ name, access, type }, index) => {
    const mode = access === 'write' ? 'read_write' : 'read';
    return `@group(0) @binding(${index}) var<storage, ${mode}> ${name}: ${type};`;
  });
  if (uniforms.length === 0) return [...storage, code].join('\n');
  const members = uniforms.map(({ name, type }) => `${name}: ${type},`);
  return [
    ...storage,
    `struct Uniforms { ${members.join(' ')} }`,
    `@group(0) @binding(${bindings.length}) var<uniform> uniforms: Uniforms;`,
    code,
  ].join('\n');
}

/** The bytes of a kernel's uniforms, padded to the 16 bytes that uniform structs are aligned to. */
export function uniformBytes(
  { name, uniforms }: Kernel,
  values: Readonly<Record<string, number>>,
): ArrayBuffer {
  const bytes = new ArrayBuffer(Math.ceil((4 * uniforms.length) / 16) * 16);
  const view = new DataView(bytes);
  uniforms.forEach((uniform, index) => {
    const value = values[uniform.name];
    if (value === undefined) {
      throw new Error(`Kernel ${name}: expected a value for its uniform "${uniform.name}".`);
    }
    switch (uniform.type) {
      case 'u32':
        view.setUint32(4 * index, value, true);
        break;
      case 'i32':
        view.setInt32(4 * index, value, true);
        break;
      case 'f32':
        view.setFloat32(4 * index, value, true);
        break;
      default:
        uniform.type satisfies never;
    }
  });
  return bytes;
}
