/** Letting messages in between two pieces of work. */

/**
 * Hands the event loop over once, so that a message such as "pause" is handled. A message channel,
 * because timers are held back in hidden pages; closed again, because an open one keeps Node running.
 */
export async function letMessagesIn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  await new Promise<void>((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
  port1.close();
}
