import type { DType } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { accept, fraction, type Given, oneOf, readOptions } from '../../base/options.js';
import type { Shape } from '../../base/shape.js';
import { isPlainObject, show } from '../../base/show.js';
import { hostValues, type TensorLike } from '../../tensor/convert.js';
import { Tensor } from '../../tensor/tensor.js';
import { contextOf, isCanvas, type PixelCanvas } from './pixel-canvas.js';
import { type PictureForm, pictureForm, toRgba } from './to-rgba.js';

/**
 * Return a tensor's pixels as RGBA bytes, and draw them if a canvas is given. Values are 0 to 1 for float32, 0 to 255
 * for int32 and plain arrays. The bytes are exact; a canvas rounds the colours of transparent pixels.
 * @param img [height, width] or [height, width, 1] in gray, [height, width, 3] in RGB, or [height, width, 4] with alpha
 * @param canvas gets the image's size; default none
 * @returns 4 · height · width bytes
 * @throws ShapeError @throws DTypeError when `img` is bool
 * @throws ValueError when a value is out of range, or the canvas has a context that is not `2d`; it is unchanged then
 * @see tfjs, `tf.browser.toPixels`
 * @example const bytes = await browser.toPixels(tensor([[0, 0.5], [0.5, 1]]));
 */
export async function toPixels(img: TensorLike, canvas?: PixelCanvas | null): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const caller = 'browser.toPixels';
  if (canvas !== undefined && canvas !== null) assertCanvas(caller, canvas);
  const source = valuesOf(caller, 'img', img);
  const form = pictureForm(caller, 'img', source.shape, source.dtype);
  const bytes = toRgba(caller, 'img', await source.data(), form);
  if (canvas) paint(caller, canvas, bytes, form);
  return bytes;
}

const IMAGE_OPTIONS = {
  /** Opacity of an image with 1 or 3 channels, from 0 to 1; default 1. Images with 4 channels contain it. */
  alpha: fraction().optional(),
};

const CONTEXT_OPTIONS = {
  /** Only `2d`, the default. */
  contextType: oneOf(['2d']).default('2d'),
  /** Attributes for `getContext`; default none. A canvas that already has a context ignores them. */
  contextAttributes: accept<CanvasRenderingContext2DSettings>('an object', isPlainObject).optional(),
};

const DRAW_OPTIONS = {
  /** Options of the pixels: `{ alpha }`. */
  imageOptions: accept<Given<typeof IMAGE_OPTIONS>>('an object', isPlainObject).optional(),
  /** Options of the canvas: `{ contextType, contextAttributes }`. */
  contextOptions: accept<Given<typeof CONTEXT_OPTIONS>>('an object', isPlainObject).optional(),
};

export type DrawOptions = Given<typeof DRAW_OPTIONS>;

/**
 * Draw a tensor on a canvas synchronously. Backends that cannot be read synchronously, such as `webgpu`, need
 * `browser.toPixels`.
 * @param image [height, width] or [height, width, 1, 3 or 4]; float32 holds 0 to 1, int32 and plain arrays 0 to 255
 * @param canvas gets the image's size
 * @throws ShapeError @throws DTypeError when `image` is bool
 * @throws ValueError when a value or an option is out of range, `alpha` is given for 4 channels, or the canvas has a
 * context that is not `2d`; the canvas is unchanged then
 * @throws BackendError when the values cannot be read synchronously
 * @see tfjs, `tf.browser.draw`
 * @example browser.draw(images.div(255), document.createElement('canvas'), { imageOptions: { alpha: 0.5 } });
 */
export function draw(image: TensorLike, canvas: PixelCanvas, options: DrawOptions = {}): void {
  const caller = 'browser.draw';
  const { imageOptions, contextOptions } = readOptions(caller, DRAW_OPTIONS, options);
  const { alpha } = readOptions(`${caller}: imageOptions`, IMAGE_OPTIONS, imageOptions);
  const { contextAttributes } = readOptions(`${caller}: contextOptions`, CONTEXT_OPTIONS, contextOptions);
  assertCanvas(caller, canvas);
  const source = valuesOf(caller, 'image', image);
  const form = pictureForm(caller, 'image', source.shape, source.dtype);
  if (alpha !== undefined && form.channels === 4) {
    throw new ValueError(`${caller}: imageOptions: alpha is ${alpha}, but image has 4 channels, alpha among them`);
  }
  paint(caller, canvas, toRgba(caller, 'image', source.dataSync(), form, alpha), form, contextAttributes);
}

/** The part of a tensor's interface that is used here. */
interface Values {
  readonly shape: Shape;
  readonly dtype: DType;
  data(): Promise<ArrayLike<number>>;
  dataSync(): ArrayLike<number>;
}

/** Return a tensor unchanged; convert other values to int32 by truncation, as in tfjs. */
function valuesOf(caller: string, argument: string, image: TensorLike): Values {
  if (image instanceof Tensor) {
    image.assertAlive(caller);
    return image;
  }
  const { values, shape } = hostValues(caller, argument, image);
  const whole = Float64Array.from(values, Math.trunc);
  return { shape, dtype: 'int32', data: async () => whole, dataSync: () => whole };
}

function assertCanvas(caller: string, canvas: unknown): void {
  if (!isCanvas(canvas)) throw new ValueError(`${caller}: canvas is ${show(canvas)}, expected a canvas`);
}

function paint(
  caller: string,
  canvas: PixelCanvas,
  bytes: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: PictureForm,
  attributes?: CanvasRenderingContext2DSettings,
): void {
  let context: ReturnType<typeof contextOf>;
  try {
    context = contextOf(canvas, attributes);
  } catch (error) {
    throw new ValueError(`${caller}: canvas cannot be drawn on: ${(error as Error).message}`, { cause: error });
  }
  if (!context) {
    throw new ValueError(`${caller}: canvas has a context of another kind, expected none or '2d'`);
  }
  canvas.width = width;
  canvas.height = height;
  if (bytes.length === 0) return;
  const pixels = context.createImageData(width, height, { colorSpace: 'srgb' });
  pixels.data.set(bytes);
  context.putImageData(pixels, 0, 0);
}
