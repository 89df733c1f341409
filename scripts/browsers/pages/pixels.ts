import { browser, getBackend, memory, type Tensor } from 'nabla';
import { check, expect, note, refuses, report } from './report.js';

/*
 * browser.fromPixels, toPixels and draw on a browser's own classes. `/picture.png` and `/allowed.png` are 3×2 pixels,
 * see scripts/browsers/pictures.ts; `/allowed.png` may be read by other origins.
 */

/** Of `/picture.png`: rows of red, green, blue, alpha. */
const PICTURE = [
  ...[255, 0, 0, 255, 0, 255, 0, 255, 1, 2, 3, 255],
  ...[100, 150, 200, 255, 17, 99, 201, 255, 0, 0, 0, 255],
];
const RGB = PICTURE.filter((_, index) => index % 4 !== 3);

const values = (x: Tensor): number[] => {
  const found = [...x.dataSync()];
  x.dispose();
  return found;
};

async function load(address: string, properties: Partial<HTMLImageElement> = {}): Promise<HTMLImageElement> {
  const image = Object.assign(new Image(), properties, { src: address });
  await image.decode();
  return image;
}

function canvasOf<Canvas extends HTMLCanvasElement | OffscreenCanvas>(canvas: Canvas, data: readonly number[]): Canvas {
  [canvas.width, canvas.height] = [3, 2];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.putImageData(new ImageData(Uint8ClampedArray.from(data), 3, 2), 0, 0);
  return canvas;
}

async function readsSources(): Promise<void> {
  const image = await load('/picture.png');
  const canvas = canvasOf(document.createElement('canvas'), PICTURE);
  const sources: Readonly<Record<string, browser.PixelSource>> = {
    ImageData: new ImageData(Uint8ClampedArray.from(PICTURE), 3, 2),
    bytes: { data: Uint8Array.from(PICTURE), width: 3, height: 2 },
    'an image': image,
    'a canvas': canvas,
    'an OffscreenCanvas': canvasOf(new OffscreenCanvas(1, 1), PICTURE),
    'an ImageBitmap': await createImageBitmap(image),
    'a VideoFrame': new VideoFrame(canvas, { timestamp: 0 }),
  };
  for (const [name, source] of Object.entries(sources)) {
    const x = browser.fromPixels(source);
    check(`${name}: shape and dtype`, [x.shape, x.dtype], [[2, 3, 3], 'int32']);
    check(`${name}: values`, values(x), RGB);
    check(`${name}: four channels`, values(browser.fromPixels(source, 4)), PICTURE);
    check(
      `${name}: red`,
      values(await browser.fromPixelsAsync(source, 1)),
      PICTURE.filter((_, i) => i % 4 === 0),
    );
  }

  const other = document.createElement('iframe');
  document.body.append(other);
  const elements = other.contentDocument!;
  check('a canvas of a frame', values(browser.fromPixels(canvasOf(elements.createElement('canvas'), PICTURE))), RGB);
  const theirs = elements.createElement('img');
  theirs.src = new URL('/picture.png', location.href).href;
  await theirs.decode();
  check('an image of a frame', values(browser.fromPixels(theirs)), RGB);

  // As tfjs: an image has the size that its attributes say.
  const wide = await load('/picture.png', { width: 6, height: 2 });
  check('a wide image', values(browser.fromPixels(wide)).length, 2 * 6 * 3);
}

/** A canvas holds colours times alpha, in bytes: 100 · 100/255 is 39 or, in Firefox, 40, which are 99 and 102 again. */
async function roundsTransparentColours(): Promise<void> {
  const faint = [
    [100, 100, 100, 100],
    [9, 9, 9, 0],
    [100, 150, 200, 255],
  ].flat();
  const data = new ImageData(Uint8ClampedArray.from([...faint, ...faint]), 3, 2);
  check('ImageData keeps faint colours', values(browser.fromPixels(data, 4)), [...faint, ...faint]);
  const canvas = canvasOf(document.createElement('canvas'), [...faint, ...faint]);
  const [red, green, blue, alpha, ...others] = values(browser.fromPixels(canvas, 4)).slice(0, 12);
  expect(
    'a canvas rounds faint colours',
    [red, green, blue].every((value) => Math.abs(value - 100) <= 2),
    red,
  );
  check('alpha and opaque colours are exact', [alpha, ...others], [100, 0, 0, 0, 0, 100, 150, 200, 255]);
  // Three channels drop alpha: they are neither multiplied by it nor laid over a background.
  const [first] = values(browser.fromPixels(canvas));
  expect('three channels are not multiplied by alpha', Math.abs(first - 100) <= 2, first);
}

async function drawsWhatHasNoContext(): Promise<void> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [3, 2];
  const gl = canvas.getContext('webgl', { preserveDrawingBuffer: true });
  if (gl) {
    gl.clearColor(0, 1, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    check('a WebGL canvas', values(browser.fromPixels(canvas)).slice(0, 3), [0, 255, 0]);
    await refuses('toPixels on it', () => browser.toPixels([[1]], canvas), 'canvas has a context of another kind');
  } else note('no WebGL here');

  const given = canvasOf(document.createElement('canvas'), PICTURE);
  const bitmaps = document.createElement('canvas');
  [bitmaps.width, bitmaps.height] = [3, 2];
  bitmaps.getContext('bitmaprenderer')!.transferFromImageBitmap(await createImageBitmap(given));
  check('a canvas of a bitmap', values(browser.fromPixels(bitmaps)), RGB);
  const away = document.createElement('canvas');
  away.transferControlToOffscreen();
  await refuses('toPixels on a canvas of a worker', () => browser.toPixels([[1]], away), 'canvas cannot be drawn on');

  const video = Object.assign(document.createElement('video'), { muted: true });
  await refuses('an unloaded video', () => browser.fromPixels(video), "wait for its event 'loadeddata'");
  const film = document.createElement('canvas');
  [film.width, film.height] = [64, 48];
  const context = film.getContext('2d')!;
  context.fillStyle = 'rgb(255 255 255)';
  context.fillRect(0, 0, 64, 48);
  video.srcObject = film.captureStream();
  const loaded = new Promise((resolve) => video.addEventListener('loadeddata', resolve));
  await video.play();
  context.fillRect(0, 0, 64, 48);
  await loaded;
  const frame = browser.fromPixels(video);
  check('a video: shape', frame.shape, [48, 64, 3]);
  expect(
    'a video: white',
    values(frame).every((value) => value >= 250),
    'it is not white',
  );
}

async function refusesWhatIsNotThere(): Promise<void> {
  const coming = Object.assign(new Image(), { src: `/picture.png?${Math.random()}`, width: 3, height: 2 });
  await refuses('an image on its way', () => browser.fromPixels(coming), 'pixels is an image that has not loaded');
  const broken = Object.assign(new Image(), { src: '/nothing.png', width: 3, height: 2 });
  await broken.decode().catch(() => {});
  await refuses('a broken image', () => browser.fromPixelsAsync(broken), 'pixels is an image that has not loaded');
  const bitmap = await createImageBitmap(canvasOf(document.createElement('canvas'), PICTURE));
  bitmap.close();
  await refuses('a closed bitmap', () => browser.fromPixels(bitmap), 'pixels is an ImageBitmap that was closed');
  await refuses('an empty canvas', () => browser.fromPixels(new OffscreenCanvas(0, 2)), 'pixels is 0×2');
  const element = document.createElement('p') as unknown as HTMLImageElement;
  await refuses('a paragraph', () => browser.fromPixels(element), 'expected an image, a video, a canvas');

  const elsewhere = `http://localhost:${location.port}`;
  const foreign = "it shows an image of another origin; load it with crossOrigin = 'anonymous'";
  const image = await load(`${elsewhere}/picture.png`);
  await refuses('an image of another origin', () => browser.fromPixels(image), foreign);
  check('an image after it', values(browser.fromPixels(await load('/picture.png'))), RGB);
  const tainted = document.createElement('canvas');
  tainted.getContext('2d')!.drawImage(image, 0, 0);
  await refuses('a canvas with it', () => browser.fromPixels(tainted), foreign);
  const allowed = await load(`${elsewhere}/allowed.png`, { crossOrigin: 'anonymous' });
  check('an image that its origin allows', values(browser.fromPixels(allowed)), RGB);
}

async function drawsAndReadsBack(): Promise<void> {
  for (const canvas of [document.createElement('canvas'), new OffscreenCanvas(1, 1)]) {
    const x = browser.fromPixels({ data: Uint8Array.from(PICTURE), width: 3, height: 2 });
    check('toPixels', [...(await browser.toPixels(x, canvas))], PICTURE);
    check('the canvas', [canvas.width, canvas.height, ...values(browser.fromPixels(canvas, 4))], [3, 2, ...PICTURE]);
    const fractions = x.div(255);
    browser.draw(fractions, canvas, { imageOptions: { alpha: 0 } });
    check('draw, transparent', values(browser.fromPixels(canvas, 4)), Array(24).fill(0));
    browser.draw(fractions, canvas);
    check('draw', values(browser.fromPixels(canvas, 4)), PICTURE);
    x.dispose();
    fractions.dispose();
  }
}

/** The same in a worker, which has no elements. */
async function worksInAWorker(): Promise<void> {
  const worker = new Worker('/worker.js', { type: 'module' });
  const bitmap = await createImageBitmap(canvasOf(document.createElement('canvas'), PICTURE));
  const answer = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(bitmap, [bitmap]);
  });
  check('a worker', answer, { bitmap: RGB, drawn: PICTURE });
}

void report(async () => {
  const before = memory().numTensors;
  for (const part of [
    readsSources,
    roundsTransparentColours,
    drawsWhatHasNoContext,
    refusesWhatIsNotThere,
    drawsAndReadsBack,
    worksInAWorker,
  ]) {
    await part();
  }
  check('tensors left', memory().numTensors - before, 0);
  note(`read and drawn on ${getBackend()}`);
});
