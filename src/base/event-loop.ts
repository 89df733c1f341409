/**
 * Yield to the event loop, so that timers, signals, input and drawing have their turn. In a page by a message: browsers
 * hold the timers of a hidden tab to one a second, and those of any page to 4 ms.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else if (typeof MessageChannel === 'function') {
      // A channel of its own: one that stays open keeps some processes alive.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    } else setTimeout(resolve, 0);
  });
}

/** Milliseconds that `nextFrame` waits for a frame: a tab that is hidden meanwhile, or its workers, may draw none. */
const LONGEST_FRAME = 250;

/**
 * Wait until the page has drawn, or, where nothing is drawn, until timers and input had their turn. Returns in a hidden
 * tab too.
 * @example await nextFrame()
 */
export function nextFrame(): Promise<void> {
  if (typeof requestAnimationFrame !== 'function') return new Promise((resolve) => setTimeout(resolve, 0));
  if (typeof document === 'object' && document.visibilityState === 'hidden') return yieldToEventLoop();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LONGEST_FRAME);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
