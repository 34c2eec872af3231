/** Letting messages in between two pieces of work. */

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/**
 * Hands the event loop over once, so that a message such as "pause" is handled. A message channel,
 * because timers are held back in hidden pages.
 */
export async function letMessagesIn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}
