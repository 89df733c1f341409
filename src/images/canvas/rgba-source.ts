import { tagOf } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import { contextOf, isCanvas, type PixelCanvas, type PixelContext } from './pixel-canvas.js';

/** Bytes of an image, four per pixel: red, green, blue, alpha. */
export interface PixelData {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** An image that `browser.fromPixels` reads. */
export type PixelSource =
  | PixelData
  | ImageData
  | HTMLImageElement
  | HTMLVideoElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | ImageBitmap
  | VideoFrame;

/** A drawable source: its size, and the reason when there is nothing to draw yet. */
interface Drawable<Source> {
  size(source: Source): readonly [width: number, height: number];
  /** The missing part; undefined when the image is available. */
  missing(source: Source): string | undefined;
}

const drawable = <Source>(rules: Drawable<Source>): Drawable<unknown> => rules as Drawable<unknown>;

/** By class name, because elements of an iframe have different classes. */
const DRAWABLES: Readonly<Record<string, Drawable<unknown>>> = {
  HTMLImageElement: drawable<HTMLImageElement>({
    size: ({ width, height }) => [width, height],
    missing: ({ complete, naturalWidth }) =>
      complete && naturalWidth > 0
        ? undefined
        : 'an image that has not loaded or cannot be decoded; await its decode() first',
  }),
  HTMLVideoElement: drawable<HTMLVideoElement>({
    size: ({ videoWidth, videoHeight }) => [videoWidth, videoHeight],
    // HTMLMediaElement.HAVE_CURRENT_DATA
    missing: ({ readyState }) =>
      readyState >= 2 ? undefined : "a video that has not loaded a frame; wait for its event 'loadeddata'",
  }),
  ImageBitmap: drawable<ImageBitmap>({
    size: ({ width, height }) => [width, height],
    missing: ({ width }) => (width > 0 ? undefined : 'an ImageBitmap that was closed'),
  }),
  VideoFrame: drawable<VideoFrame>({
    size: ({ displayWidth, displayHeight }) => [displayWidth, displayHeight],
    missing: ({ displayWidth }) => (displayWidth > 0 ? undefined : 'a VideoFrame that was closed'),
  }),
};

/**
 * Read an image's bytes. Where it has to be drawn, a canvas multiplies by alpha and divides again.
 * @throws ValueError when it is of another kind, has not loaded, has no pixels, or comes from another origin
 */
export function rgbaOf(caller: string, source: unknown): PixelData {
  if (isPixelData(source)) return checkedPixels(caller, source);
  const rules = DRAWABLES[Object.prototype.toString.call(source).slice(8, -1)];
  if (rules) {
    const missing = rules.missing(source);
    if (missing) throw new ValueError(`${caller}: pixels is ${missing}`);
    return drawn(caller, source as CanvasImageSource, ...rules.size(source));
  }
  if (!isCanvas(source)) {
    throw new ValueError(
      `${caller}: pixels is ${show(source)}, expected an image, a video, a canvas, an ImageBitmap, ImageData, or { ` +
        'data, width, height }',
    );
  }
  const context = ownContext(source);
  if (!context) return drawn(caller, source, source.width, source.height);
  assertSize(caller, source.width, source.height);
  return readBack(caller, context, source.width, source.height);
}

const isPixelData = (source: unknown): source is PixelData =>
  typeof source === 'object' && source !== null && ArrayBuffer.isView((source as Partial<PixelData>).data);

function checkedPixels(caller: string, { data, width, height }: PixelData): PixelData {
  assertSize(caller, width, height);
  const kind = tagOf(data);
  if (kind !== 'Uint8Array' && kind !== 'Uint8ClampedArray') {
    throw new ValueError(`${caller}: pixels.data is a ${kind}, expected a Uint8Array or a Uint8ClampedArray`);
  }
  if (data.length !== 4 * width * height) {
    throw new ValueError(
      `${caller}: pixels.data has ${data.length} bytes, expected ${4 * width * height}, four for each of ` +
        `${width}×${height} pixels`,
    );
  }
  return { data, width, height };
}

function assertSize(caller: string, width: number, height: number): void {
  if ([width, height].every((size) => Number.isInteger(size) && size > 0)) return;
  throw new ValueError(`${caller}: pixels is ${width}×${height}, expected at least one pixel`);
}

/** The context of a canvas; null also if a worker draws on it. */
function ownContext(canvas: PixelCanvas): PixelContext | null {
  try {
    return contextOf(canvas);
  } catch {
    return null;
  }
}

/** Pixels of the scratch canvas that stay allocated between calls: a frame of 1920×1080 fits. */
const KEPT_PIXELS = 2 ** 21;

let scratch: PixelContext | undefined;

/** Draw a source on a canvas in the given size, and return its bytes. */
function drawn(caller: string, source: CanvasImageSource, width: number, height: number): PixelData {
  assertSize(caller, width, height);
  const context = (scratch ??= scratchContext(caller));
  try {
    // This also clears the canvas.
    context.canvas.width = width;
    context.canvas.height = height;
    context.drawImage(source, 0, 0, width, height);
    const pixels = readBack(caller, context, width, height);
    if (width * height > KEPT_PIXELS) context.canvas.width = 0;
    return pixels;
  } catch (error) {
    // A canvas with an image of another origin can never be read again.
    scratch = undefined;
    throw error instanceof ValueError ? error : refusal(caller, error, 'drawn');
  }
}

function scratchContext(caller: string): PixelContext {
  // Keep the canvas in host memory: reading pixels back from a GPU takes longer than drawing them.
  const settings = { willReadFrequently: true };
  const canvas: PixelCanvas | undefined =
    typeof document === 'object'
      ? document.createElement('canvas')
      : typeof OffscreenCanvas === 'function'
        ? new OffscreenCanvas(1, 1)
        : undefined;
  const context = canvas && contextOf(canvas, settings);
  if (!context) {
    throw new ValueError(`${caller}: this platform has no canvas, expected { data, width, height }`);
  }
  return context;
}

function readBack(caller: string, context: PixelContext, width: number, height: number): PixelData {
  try {
    const { data } = context.getImageData(0, 0, width, height, { colorSpace: 'srgb' });
    return { data, width, height };
  } catch (error) {
    throw refusal(caller, error, 'read');
  }
}

function refusal(caller: string, error: unknown, what: string): ValueError {
  const { name, message } = error as Error;
  const reason =
    name === 'SecurityError'
      ? "it shows an image of another origin; load it with crossOrigin = 'anonymous', from a server that allows this"
      : message;
  return new ValueError(`${caller}: pixels cannot be ${what}: ${reason}`, { cause: error });
}
