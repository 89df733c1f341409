/** Tensors from and to the images of a page, under tfjs's names. */
export { fromPixels, fromPixelsAsync } from './from-pixels.js';
export type { PixelCanvas } from './pixel-canvas.js';
export type { PixelData, PixelSource } from './rgba-source.js';
export { type DrawOptions, draw, toPixels } from './to-pixels.js';
