import { divide } from '../runtime/program.js';

/*
 * The two walks of convolution and pooling. Cell (p, q) of output (i, j)'s window is at pixel (y, z) of the same
 * image, where i · stride + p · dilation − pad = y, and the columns likewise. Beyond the edges is padding, which is not
 * visits.
 */

/** Lines for the thread of an output at `image`, `row`, `column`: `visit` each pixel of its window, number `under`. */
export const eachPixelUnder = (visit: string): string => `for (let p = 0; p < this.constants.filterHeight; p++) {
    const y = row * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
    if (y >= 0 && y < this.constants.inHeight) {
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const z = column * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
        if (z >= 0 && z < this.constants.inWidth) {
          const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
          ${visit}
        }
      }
    }
  }`;

/**
 * Lines for the thread of a pixel at `image`, `row`, `column`: `visit` each output whose window contains it, number
 * `over`, under cell (p, q).
 * @param enterRow lines that run once for all outputs of row i
 */
export const eachOutputOver = (
  visit: string,
  enterRow = '',
): string => `for (let p = 0; p < this.constants.filterHeight; p++) {
    const down = row + this.constants.padTop - p * this.constants.dilationHeight;
    ${divide('down', 'this.constants.strideHeight', 'i', 'betweenRows')}
    if (betweenRows === 0 && i >= 0 && i < this.constants.outHeight) {
      ${enterRow}
      for (let q = 0; q < this.constants.filterWidth; q++) {
        const right = column + this.constants.padLeft - q * this.constants.dilationWidth;
        ${divide('right', 'this.constants.strideWidth', 'j', 'betweenColumns')}
        if (betweenColumns === 0 && j >= 0 && j < this.constants.outWidth) {
          const over = (image * this.constants.outHeight + i) * this.constants.outWidth + j;
          ${visit}
        }
      }
    }
  }`;

/**
 * The gradient of a filter, one thread per weight: Σ over all outputs of x under the weight's cell · outputGradient.
 * Sums are nested, row in image in batch, because float32 rounds short sums less.
 * @param place lines that find `inChannel` and `channel`, and the cell's `p` and `q`, of weight number `index`
 */
export const filterGradient = (place: string): string => `function (x, outputGradient) {
  const index = this.thread.x;
  ${place}
  let sum = 0;
  for (let image = 0; image < this.constants.batch; image++) {
    let ofImage = 0;
    for (let i = 0; i < this.constants.outHeight; i++) {
      const y = i * this.constants.strideHeight + p * this.constants.dilationHeight - this.constants.padTop;
      if (y >= 0 && y < this.constants.inHeight) {
        let ofRow = 0;
        for (let j = 0; j < this.constants.outWidth; j++) {
          const z = j * this.constants.strideWidth + q * this.constants.dilationWidth - this.constants.padLeft;
          if (z >= 0 && z < this.constants.inWidth) {
            const under = (image * this.constants.inHeight + y) * this.constants.inWidth + z;
            const over = (image * this.constants.outHeight + i) * this.constants.outWidth + j;
            const value = x[under * this.constants.inChannels + inChannel];
            ofRow += value * outputGradient[over * this.constants.outChannels + channel];
          }
        }
        ofImage += ofRow;
      }
    }
    sum += ofImage;
  }
  return sum;
}`;
