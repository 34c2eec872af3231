/** Notices what tfjs does not: commands the GPU refused, memory it did not have, and a GPU that went away. */

/** Gone, out of memory, or a command that was not carried out. */
export type DeviceTroubleKind = 'lost' | 'memory' | 'refused';

/** The GPU of this worker cannot be used any more. Whatever was stored before is sound. */
export class DeviceTroubleError extends Error {
  override readonly name = 'DeviceTroubleError';
  readonly kind: DeviceTroubleKind;

  /** @param finding what happened, as a sentence */
  constructor(kind: DeviceTroubleKind, finding: string) {
    super(
      `${finding} The study is saved up to its last checkpoint; go on from there. If it happens again, choose smaller batches or the WebAssembly backend.`,
    );
    this.kind = kind;
  }
}

const watched = new WeakMap<GPUDevice, { trouble: DeviceTroubleError | null }>();
let current: GPUDevice | null = null;

/** From now on {@link assertDeviceSound} speaks of this device; null where nothing computes on a GPU. */
export function watchDevice(device: GPUDevice | null): void {
  current = device;
  if (device === null || watched.has(device)) return;
  const state: { trouble: DeviceTroubleError | null } = { trouble: null };
  watched.set(device, state);
  // A refused command is dropped together with all others of its command buffer, and reading its
  // result gives zeros: without this listener a run would train on them in silence.
  device.addEventListener('uncapturederror', ({ error }) => {
    const found = error.message.slice(0, 400);
    state.trouble ??=
      error instanceof GPUOutOfMemoryError
        ? new DeviceTroubleError('memory', `The GPU's memory is full: ${found}`)
        : new DeviceTroubleError(
            'refused',
            `The GPU refused a command, so what it computed cannot be trusted: ${found}`,
          );
  });
  void device.lost.then(({ reason, message }) => {
    state.trouble ??= new DeviceTroubleError(
      'lost',
      `The GPU went away (${reason}): ${message.slice(0, 400)}`,
    );
  });
}

/**
 * To be called after values were read from the device and before they are used or stored.
 *
 * @throws DeviceTroubleError when the device has refused a command, is full or is lost
 */
export function assertDeviceSound(): void {
  const trouble = deviceTrouble();
  if (trouble !== null) throw trouble;
}

/** How long the reason of a failure may come after the failure, in ms: it takes another way out of the GPU's process. */
const REASON_DELAY_MS = 200;

/**
 * What is wrong with the device, if anything, for somebody whose work on it has just failed: reading from a device
 * that dies fails before its loss is known.
 */
export async function findDeviceTrouble(): Promise<DeviceTroubleError | null> {
  if (current === null) return null;
  const known = deviceTrouble();
  if (known !== null) return known;
  await Promise.race([
    current.lost,
    new Promise((resolve) => setTimeout(resolve, REASON_DELAY_MS)),
  ]);
  return deviceTrouble();
}

function deviceTrouble(): DeviceTroubleError | null {
  return current === null ? null : (watched.get(current)?.trouble ?? null);
}
