/** What happens when the browser refuses to store more: deleted studies and old checkpoints go, the write is tried once more. */

/** The browser refused a write for want of room, also after old checkpoints were deleted. */
export class StorageFullError extends Error {
  constructor(cause: unknown) {
    super(
      'The browser has no room left, and deleting older checkpoints was not enough. Delete an old ' +
        'study or a downloaded model, or free disk space, then go on: nothing written so far is lost.',
      { cause },
    );
    this.name = 'StorageFullError';
  }
}

/** Is this the browser's way of saying that the quota or the disk is full? */
export function isQuotaError(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/**
 * Runs a write; when it fails for want of room, makes room and runs it once more.
 *
 * @throws StorageFullError when it fails for want of room again; any other error as it is.
 */
export async function writeWithRoom<Result>(
  write: () => Promise<Result>,
  makeRoom: () => Promise<void>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (!isQuotaError(error)) throw error;
  }
  await makeRoom();
  try {
    return await write();
  } catch (error) {
    throw isQuotaError(error) ? new StorageFullError(error) : error;
  }
}
