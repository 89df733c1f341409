import { afterEach, describe, expect, test, vi } from 'vitest';
import { nextFrame, yieldToEventLoop } from '../../src/base/event-loop.js';

afterEach(() => vi.unstubAllGlobals());

/** A page whose timers run once per second, as those of a hidden tab. */
function hiddenTab(): void {
  vi.stubGlobal('setImmediate', undefined);
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('setTimeout', (f: () => void) => setInterval(f, 1000).unref());
}

describe('yieldToEventLoop', () => {
  test('lets timers run', async () => {
    let ran = false;
    setTimeout(() => {
      ran = true;
    }, 0);
    for (let i = 0; i < 50 && !ran; i++) {
      await yieldToEventLoop();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(ran).toBe(true);
  });

  test('waits for no timer in a hidden tab', async () => {
    hiddenTab();
    const began = performance.now();
    for (let i = 0; i < 20; i++) await yieldToEventLoop();
    expect(performance.now() - began).toBeLessThan(900);
  });
});

describe('yieldToEventLoop in a visible page', () => {
  test('pauses once a frame, and goes on by messages until then', async () => {
    const timer = setTimeout;
    let pauses = 0;
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('document', { visibilityState: 'visible' });
    vi.stubGlobal('setTimeout', (f: () => void, milliseconds: number) => {
      pauses++;
      return timer(f, milliseconds);
    });
    const began = performance.now();
    while (performance.now() - began < 200) await yieldToEventLoop();
    expect(pauses).toBeGreaterThan(0);
    expect(pauses).toBeLessThanOrEqual((performance.now() - began) / 15 + 1);
  });
});

describe('nextFrame', () => {
  test('lets timers run outside of a page', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 0);
    await nextFrame();
    order.push('frame');
    expect(order).toEqual(['timer', 'frame']);
  });

  test('returns in a hidden tab, which draws nothing', async () => {
    hiddenTab();
    await nextFrame();
  });

  test('returns in a tab that is hidden while it waits', async () => {
    vi.stubGlobal('document', { visibilityState: 'visible' });
    vi.stubGlobal('requestAnimationFrame', () => 0);
    await nextFrame();
  });

  test('waits for the frame where there is one', async () => {
    const seen: string[] = [];
    vi.stubGlobal('document', { visibilityState: 'visible' });
    vi.stubGlobal('requestAnimationFrame', (f: () => void) => {
      setTimeout(() => {
        seen.push('drawn');
        f();
      }, 5);
    });
    await nextFrame();
    expect(seen).toEqual(['drawn']);
  });
});
