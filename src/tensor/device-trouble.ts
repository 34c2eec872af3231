/** Notices what tfjs does not: commands the GPU refused, and a GPU that went away. */

const watched = new WeakMap<GPUDevice, { trouble: string | null }>();
let current: GPUDevice | null = null;

/** From now on {@link assertDeviceSound} speaks of this device; null where nothing computes on a GPU. */
export function watchDevice(device: GPUDevice | null): void {
  current = device;
  if (device === null || watched.has(device)) return;
  const state: { trouble: string | null } = { trouble: null };
  watched.set(device, state);
  // A refused command is dropped together with all others of its command buffer, and reading its
  // result gives zeros: without this listener a run would train on them in silence.
  device.addEventListener('uncapturederror', ({ error }) => {
    state.trouble ??= `The GPU refused a command, so what it computed cannot be trusted: ${error.message.slice(0, 400)}`;
  });
  void device.lost.then(({ reason, message }) => {
    state.trouble ??= `The GPU went away (${reason}): ${message.slice(0, 400)}`;
  });
}

/**
 * To be called after values were read from the device and before they are used or stored.
 *
 * @throws Error when the device has refused a command or is lost
 */
export function assertDeviceSound(): void {
  const trouble = current === null ? null : watched.get(current)?.trouble;
  if (trouble === null || trouble === undefined) return;
  throw new Error(
    `${trouble} Reload the page and go on: the study continues from its last checkpoint. If it happens again, choose smaller batches or the WebAssembly backend.`,
  );
}
