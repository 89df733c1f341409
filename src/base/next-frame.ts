/**
 * Waits until a page has drawn, or, where there is none, until timers and input had their turn.
 * @example await nextFrame()
 */
export const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof requestAnimationFrame === 'function') requestAnimationFrame(() => resolve());
    else setTimeout(resolve, 0);
  });
