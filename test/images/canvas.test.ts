import ndarray from 'ndarray';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { browser, memory, type Tensor, tensor, tidy } from '../../src/index.js';
import { startBackend } from '../support/backends.js';

/*
 * browser.fromPixels, toPixels and draw on stand-ins of canvases and elements; scripts/browser-checks.ts repeats them
 * in Chromium and Firefox. Values are tfjs 4.22's (dist/ops/browser.js, and kernels/Draw.js of its cpu backend).
 */

beforeAll(() => startBackend('cpu'));
afterEach(() => vi.unstubAllGlobals());

const RGBA = [10, 20, 30, 40, 50, 60, 70, 255];
const pixels = (data: Uint8Array | Uint8ClampedArray = new Uint8Array(RGBA), width = 2, height = 1) =>
  ({ data, width, height }) as browser.PixelData;

/** A canvas that holds bytes as they are put. */
function canvasStandIn(start: readonly number[] = [], width = 0, height = 0) {
  const state = { bytes: Uint8ClampedArray.from(start), attributes: undefined as unknown };
  const context = {
    getImageData: (_x: number, _y: number, width: number, height: number) => ({ data: state.bytes, width, height }),
    createImageData: (width: number, height: number) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: ({ data }: { data: Uint8ClampedArray<ArrayBuffer> }) => void (state.bytes = data),
    drawImage: ({ picture }: { picture: number[] }) => void (state.bytes = Uint8ClampedArray.from(picture)),
  };
  const getContext = (_: string, attributes?: unknown) => {
    state.attributes ??= attributes;
    return context;
  };
  const canvas = { width, height, state, getContext };
  Object.assign(context, { canvas });
  return canvas as unknown as browser.PixelCanvas & { state: typeof state };
}

/** An object with the class name of an element. */
const element = (kind: string, properties: object): browser.PixelSource =>
  ({ ...properties, [Symbol.toStringTag]: kind }) as unknown as browser.PixelSource;

/** `fromPixels` before it has made a canvas to draw on. */
async function withoutScratch() {
  vi.resetModules();
  const fresh = await import('../../src/index.js');
  await fresh.setBackend('cpu');
  return fresh.browser.fromPixels;
}

describe('fromPixels', () => {
  test.each([
    [1, [[[10], [50]]]],
    [
      2,
      [
        [
          [10, 20],
          [50, 60],
        ],
      ],
    ],
    [
      3,
      [
        [
          [10, 20, 30],
          [50, 60, 70],
        ],
      ],
    ],
    [
      4,
      [
        [
          [10, 20, 30, 40],
          [50, 60, 70, 255],
        ],
      ],
    ],
  ])('of bytes, %i channels', (channels, expected) => {
    const x = browser.fromPixels(pixels(), channels);
    expect(x.dtype).toBe('int32');
    expect(x.arraySync()).toEqual(expected);
  });

  test('three channels by default, from ImageData too, and by a promise', async () => {
    const image = pixels(new Uint8ClampedArray(RGBA), 1, 2);
    expect(browser.fromPixels(image).shape).toEqual([2, 1, 3]);
    expect((await browser.fromPixelsAsync(image, null)).arraySync()).toEqual([[[10, 20, 30]], [[50, 60, 70]]]);
  });

  test('of a canvas that already has a context', () => {
    expect(browser.fromPixels(canvasStandIn(RGBA, 2, 1), 4).dataSync()).toEqual(Int32Array.from(RGBA));
  });

  test('of other drawable sources, and of canvases of other kinds', () => {
    vi.stubGlobal('document', { createElement: () => canvasStandIn() });
    const picture = { picture: RGBA };
    const sources = [
      element('HTMLImageElement', { width: 2, height: 1, complete: true, naturalWidth: 20, ...picture }),
      element('HTMLVideoElement', { videoWidth: 2, videoHeight: 1, width: 9, height: 9, readyState: 2, ...picture }),
      element('ImageBitmap', { width: 2, height: 1, ...picture }),
      element('VideoFrame', { displayWidth: 2, displayHeight: 1, ...picture }),
      { width: 2, height: 1, getContext: () => null, ...picture } as unknown as HTMLCanvasElement,
      {
        width: 2,
        height: 1,
        getContext: () => {
          throw new Error('InvalidStateError');
        },
        ...picture,
      } as unknown as HTMLCanvasElement,
    ];
    for (const source of sources) expect(browser.fromPixels(source, 4).dataSync()).toEqual(Int32Array.from(RGBA));
  });

  test.each<[string, unknown, string]>([
    ['nothing', null, 'pixels is null, expected an image'],
    ['another object', { width: 1, height: 1 }, 'pixels is { width: 1, height: 1 }, expected an image'],
    ['no pixels', pixels(new Uint8Array(0), 0, 3), 'pixels is 0×3, expected at least one pixel'],
    [
      'three bytes per pixel',
      pixels(new Uint8Array(6)),
      'pixels.data has 6 bytes, expected 8, four for each of 2×1 pixels',
    ],
    ['other numbers', { data: new Float32Array(8), width: 2, height: 1 }, 'pixels.data is a Float32Array, expected'],
    ['an empty canvas', canvasStandIn(), 'pixels is 0×0, expected at least one pixel'],
    [
      'an image on its way',
      element('HTMLImageElement', { width: 8, height: 8, complete: false, naturalWidth: 8 }),
      'pixels is an image that has not loaded',
    ],
    [
      'a broken image',
      element('HTMLImageElement', { width: 8, height: 8, complete: true, naturalWidth: 0 }),
      'pixels is an image that has not loaded or cannot be decoded',
    ],
    [
      'a video on its way',
      element('HTMLVideoElement', { videoWidth: 8, videoHeight: 8, readyState: 1 }),
      "pixels is a video that has not loaded a frame; wait for its event 'loadeddata'",
    ],
    ['a closed bitmap', element('ImageBitmap', { width: 0, height: 0 }), 'pixels is an ImageBitmap that was closed'],
  ])('refuses %s', async (_, source, message) => {
    expect(() => browser.fromPixels(source as browser.PixelSource)).toThrow(`browser.fromPixels: ${message}`);
    await expect(browser.fromPixelsAsync(source as browser.PixelSource)).rejects.toThrow(
      `browser.fromPixelsAsync: ${message}`,
    );
  });

  test('refuses an image on platforms without a canvas', async () => {
    const fromPixels = await withoutScratch();
    expect(() => fromPixels(element('ImageBitmap', { width: 1, height: 1 }))).toThrow(
      'browser.fromPixels: this platform has no canvas, expected { data, width, height }',
    );
  });

  test.each([0, 5, 1.5, '3'])('refuses %s channels', (channels) => {
    expect(() => browser.fromPixels(pixels(), channels as number)).toThrow(
      `browser.fromPixels: numChannels is ${typeof channels === 'string' ? "'3'" : channels}, expected an integer in [1, 4]`,
    );
  });

  test('names another origin, and reads the next picture', async () => {
    const fromPixels = await withoutScratch();
    const scratch = vi.fn(() => {
      const canvas = canvasStandIn();
      const context = canvas.getContext('2d') as unknown as { getImageData(): never; drawImage(picture: object): void };
      const { getImageData, drawImage } = context;
      const tainted = Object.assign(new Error('tainted'), { name: 'SecurityError' });
      Object.assign(context, {
        drawImage: (source: { foreign?: boolean }) => {
          if (source.foreign)
            Object.assign(context, {
              getImageData: () => {
                throw tainted;
              },
            });
          drawImage(source);
        },
        getImageData: getImageData,
      });
      return canvas;
    });
    vi.stubGlobal('document', { createElement: scratch });
    const own = element('ImageBitmap', { width: 2, height: 1, picture: RGBA });
    const foreign = element('ImageBitmap', { width: 2, height: 1, picture: RGBA, foreign: true });
    fromPixels(own);
    expect(() => fromPixels(foreign)).toThrow(
      "browser.fromPixels: pixels cannot be read: it shows an image of another origin; load it with crossOrigin = 'anonymous'",
    );
    expect(fromPixels(own).dataSync()).toEqual(new Int32Array([10, 20, 30, 50, 60, 70]));
  });
});

/** Both writers, by the same arguments; `draw` returns what it put on the canvas. */
const WRITERS: Readonly<Record<string, (image: unknown, canvas?: browser.PixelCanvas) => Promise<Uint8ClampedArray>>> =
  {
    toPixels: (image, canvas) => browser.toPixels(image as Tensor, canvas),
    draw: async (image, canvas = canvasStandIn()) => {
      browser.draw(image as Tensor, canvas);
      return (canvas as unknown as ReturnType<typeof canvasStandIn>).state.bytes;
    },
  };

describe.each(Object.entries(WRITERS))('%s', (name, write) => {
  const argument = name === 'draw' ? 'image' : 'img';

  test.each<[string, () => unknown, number[]]>([
    ['gray of rank 2', () => tensor([[0, 255]], null, 'int32'), [0, 0, 0, 255, 255, 255, 255, 255]],
    ['gray of rank 3', () => tensor([[[7], [8]]], null, 'int32'), [7, 7, 7, 255, 8, 8, 8, 255]],
    ['RGB', () => tensor([[[1, 2, 3]], [[4, 5, 6]]], null, 'int32'), [1, 2, 3, 255, 4, 5, 6, 255]],
    [
      'RGBA',
      () =>
        tensor(
          [
            [
              [1, 2, 3, 4],
              [5, 6, 7, 0],
            ],
          ],
          null,
          'int32',
        ),
      [1, 2, 3, 4, 5, 6, 7, 0],
    ],
    // 127.5 and 0.5 are rounded up: Math.round(value * 255).
    ['floats', () => tensor([[[0, 0.5, 1, 1 / 510]]]), [0, 128, 255, 1]],
    ['float64', () => tensor([[0.25]], null, 'float64'), [64, 64, 64, 255]],
    ['nested arrays', () => [[[1, 2, 3.9]]], [1, 2, 3, 255]],
    [
      'an ndarray',
      () => ndarray(new Uint8Array([1, 2, 3, 4, 5, 6]), [1, 2, 3]).step(1, 1, -1),
      [3, 2, 1, 255, 6, 5, 4, 255],
    ],
  ])('%s', async (_, image, expected) => {
    await expect(write(image())).resolves.toEqual(Uint8ClampedArray.from(expected));
  });

  test('sizes and fills the canvas, and frees nothing of the caller', async () => {
    const image = tensor([[[1, 2, 3]], [[4, 5, 6]]], null, 'int32');
    const canvas = canvasStandIn();
    const before = memory().numTensors;
    const bytes = await write(image, canvas);
    expect([canvas.width, canvas.height]).toEqual([1, 2]);
    expect(canvas.state.bytes).toEqual(bytes);
    expect(memory().numTensors).toBe(before);
    expect(browser.fromPixels(canvas).dataSync()).toEqual(image.dataSync());
  });

  test.each<[string, () => unknown, string]>([
    ['rank 1', () => tensor([1]), `${argument} is [1], expected [height, width] or [height, width, 1, 3 or 4]`],
    ['a batch', () => tensor([[[[1]]]]), `${argument} is [1,1,1,1], expected`],
    ['two channels', () => tensor([[[1, 1]]]), `${argument} is [1,1,2], expected`],
    ['bool', () => tensor([[true]]), `${argument} is bool, expected float32 or int32`],
    [
      'floats above 1',
      () =>
        tensor([
          [
            [0, 0, 0],
            [0, 1.5, 0],
          ],
        ]),
      `${argument} has 1.5 at pixel [0,1,1], expected 0 to 1 for float32`,
    ],
    ['floats below 0', () => tensor([[-0.5]]), `${argument} has -0.5 at pixel [0,0,0], expected 0 to 1`],
    ['NaN', () => tensor([[Number.NaN]]), `${argument} has NaN at pixel [0,0,0], expected 0 to 1`],
    [
      'integers above 255',
      () => tensor([[0], [256]], null, 'int32'),
      `${argument} has 256 at pixel [1,0,0], expected 0 to 255 for int32`,
    ],
    ['integers below 0', () => [[-1]], `${argument} has -1 at pixel [0,0,0], expected 0 to 255`],
    ['a string', () => 'image', `${argument} is a string, expected a tensor`],
  ])('refuses %s and leaves the canvas', async (_, image, message) => {
    const canvas = canvasStandIn(RGBA, 2, 1);
    await expect((async () => write(image(), canvas))()).rejects.toThrow(`browser.${name}: ${message}`);
    expect([canvas.width, canvas.height, ...canvas.state.bytes]).toEqual([2, 1, ...RGBA]);
  });

  test('refuses what is not a canvas, and one with another context', async () => {
    const refused = (canvas: unknown) => expect((async () => write([[1]], canvas as browser.PixelCanvas))()).rejects;
    await refused({}).toThrow(`browser.${name}: canvas is {}, expected a canvas`);
    await refused({ getContext: () => null }).toThrow(`browser.${name}: canvas has a context of another kind`);
    const transferred = {
      getContext: () => {
        throw new Error('it is on a worker');
      },
    };
    await refused(transferred).toThrow(`browser.${name}: canvas cannot be drawn on: it is on a worker`);
  });

  test('refuses a disposed tensor', async () => {
    const image = tidy(() => tensor([[1]]));
    image.dispose();
    await expect((async () => write(image))()).rejects.toThrow(`browser.${name}: the tensor [1,1] was disposed`);
  });
});

describe('draw takes options', () => {
  test('alpha, of gray and RGB', () => {
    const canvas = canvasStandIn();
    browser.draw([[1, 2]], canvas, { imageOptions: { alpha: 0.5 } });
    expect([...canvas.state.bytes]).toEqual([1, 1, 1, 128, 2, 2, 2, 128]);
    browser.draw([[[1, 2, 3]]], canvas, { imageOptions: { alpha: 0 } });
    expect([...canvas.state.bytes]).toEqual([1, 2, 3, 0]);
    expect(() => browser.draw([[[1, 2, 3, 4]]], canvas, { imageOptions: { alpha: 1 } })).toThrow(
      'browser.draw: imageOptions: alpha is 1, but image has 4 channels',
    );
  });

  test('attributes of the context', () => {
    const canvas = canvasStandIn();
    const contextAttributes = { willReadFrequently: true };
    browser.draw([[1]], canvas, { contextOptions: { contextType: '2d', contextAttributes } });
    expect(canvas.state.attributes).toEqual(contextAttributes);
  });

  test.each<[object, string]>([
    [{ imageOptions: { alpha: 2 } }, 'browser.draw: imageOptions: alpha is 2, expected a number in [0, 1]'],
    [{ imageOptions: { alfa: 1 } }, 'browser.draw: imageOptions: there is no option alfa, expected alpha'],
    [
      { contextOptions: { contextType: 'webgl' } },
      "browser.draw: contextOptions: contextType is 'webgl', expected one of '2d'",
    ],
  ])('refuses %o', (options, message) => {
    expect(() => browser.draw([[1]], canvasStandIn(), options)).toThrow(message);
  });
});
