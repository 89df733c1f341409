import { browser } from 'nabla';

/* Reads a bitmap, and draws it on a canvas of the worker. */

addEventListener('message', async ({ data }: MessageEvent<ImageBitmap>) => {
  const x = browser.fromPixels(data);
  const canvas = new OffscreenCanvas(1, 1);
  await browser.toPixels(x, canvas);
  postMessage({ bitmap: [...x.dataSync()], drawn: [...browser.fromPixels(canvas, 4).dataSync()] });
});
