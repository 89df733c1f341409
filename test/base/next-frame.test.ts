import { afterEach, describe, expect, test, vi } from 'vitest';
import { nextFrame } from '../../src/index.js';

afterEach(() => vi.unstubAllGlobals());

describe('nextFrame', () => {
  test('gives timers their turn where there is no page', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    await nextFrame();
    order.push('frame');
    expect(order).toEqual(['timer', 'frame']);
  });

  test('waits for the page to draw where there is one', async () => {
    let draw: FrameRequestCallback | undefined;
    vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => {
      draw = callback;
      return 1;
    });
    let drawn = false;
    const waiting = nextFrame().then(() => {
      drawn = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(drawn).toBe(false);
    draw?.(16);
    await waiting;
    expect(drawn).toBe(true);
  });
});
