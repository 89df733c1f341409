import type { WindowGeometry } from '../../base/geometry.js';

/** Return the cells of a window that are on the image, without padding. */
export interface Window {
  /** How many entries of `pixels` and `cells` hold. */
  count: number;
  /** Input pixel (image · inHeight + row) · inWidth + column under each cell. */
  readonly pixels: Int32Array;
  /** Number p · filterWidth + q of each cell. */
  readonly cells: Int32Array;
}

/**
 * Slides the window over every image. `visit` gets each output pixel (image · outHeight + row) · outWidth + column
 * with its window, which is filled anew for the next one.
 */
export function eachWindow(geometry: WindowGeometry, visit: (output: number, window: Window) => void): void {
  const { batch, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = geometry;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft } = geometry;
  const cellCount = filterHeight * filterWidth;
  const window: Window = { count: 0, pixels: new Int32Array(cellCount), cells: new Int32Array(cellCount) };
  let output = 0;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        window.count = 0;
        for (let p = 0; p < filterHeight; p++) {
          const row = i * strideHeight + p * dilationHeight - padTop;
          if (row < 0 || row >= inHeight) continue;
          for (let q = 0; q < filterWidth; q++) {
            const column = j * strideWidth + q * dilationWidth - padLeft;
            if (column < 0 || column >= inWidth) continue;
            window.pixels[window.count] = (image * inHeight + row) * inWidth + column;
            window.cells[window.count] = p * filterWidth + q;
            window.count++;
          }
        }
        visit(output++, window);
      }
    }
  }
}
