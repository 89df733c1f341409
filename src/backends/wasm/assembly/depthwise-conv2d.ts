import { storePartial2 } from './generated/micro-kernels';
import { multiplyAdd } from './shared/simd';

/** Strides and offsets are in bytes. */
@unmanaged
class DepthwiseProduct {
  x: usize;
  weights: usize;
  out: usize;
  /** Pairs {offset in x from a pixel's first cell, offset in the weights}. */
  cells: usize;
  cellsEnd: usize;
  channels: u32;
  /** One line is one row of one image; lines are cut into chunks. */
  lines: u32;
  linesPerChunk: u32;
  height: u32;
  width: u32;
  xImage: usize;
  xLine: usize;
  xPlace: usize;
  outImage: usize;
  outLine: usize;
  outPlace: usize;
}

/**
 * out[place, channel] = Σ over cells of x[place + cell, channel] · weights[cell, channel]: the depthwise convolution,
 * and for each phase of the strides its input gradient. Four places of eight channels share each load of the weights.
 */
export function depthwiseProduct(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const product = changetype<DepthwiseProduct>(job);
  const lastLine = min(<u32>lastChunk * product.linesPerChunk, product.lines);
  for (let line = <u32>firstChunk * product.linesPerChunk; line < lastLine; line++) {
    const image = line / product.height;
    const y = line % product.height;
    const x = product.x + image * product.xImage + y * product.xLine;
    const out = product.out + image * product.outImage + y * product.outLine;
    for (let place: u32 = 0; place < product.width; place += 4) {
      for (let channel: u32 = 0; channel < product.channels; channel += 8) {
        fourPlaces(product, x, out, place, channel);
      }
    }
  }
}

/** Places beyond the line's end repeat its last one: they compute and store the same. */
function fourPlaces(product: DepthwiseProduct, x: usize, out: usize, place: u32, channel: u32): void {
  const last = product.width - 1;
  const p1 = min(place + 1, last);
  const p2 = min(place + 2, last);
  const p3 = min(place + 3, last);
  const first = x + channel * 4;
  const x0 = first + place * product.xPlace;
  const x1 = first + p1 * product.xPlace;
  const x2 = first + p2 * product.xPlace;
  const x3 = first + p3 * product.xPlace;
  const weights = product.weights + channel * 4;
  const end = product.cellsEnd;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let cell = product.cells; cell < end; cell += 8) {
    const offset = <usize>load<u32>(cell);
    const w = weights + <usize>load<u32>(cell, 4);
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    c30 = multiplyAdd(v128.load(x3 + offset), w0, c30);
    c31 = multiplyAdd(v128.load(x3 + offset, 16), w1, c31);
    c20 = multiplyAdd(v128.load(x2 + offset), w0, c20);
    c21 = multiplyAdd(v128.load(x2 + offset, 16), w1, c21);
    c10 = multiplyAdd(v128.load(x1 + offset), w0, c10);
    c11 = multiplyAdd(v128.load(x1 + offset, 16), w1, c11);
    c00 = multiplyAdd(v128.load(x0 + offset), w0, c00);
    c01 = multiplyAdd(v128.load(x0 + offset, 16), w1, c01);
  }
  const to = out + channel * 4;
  const channels = product.channels - channel;
  storeEight(to + place * product.outPlace, channels, c00, c01);
  storeEight(to + p1 * product.outPlace, channels, c10, c11);
  storeEight(to + p2 * product.outPlace, channels, c20, c21);
  storeEight(to + p3 * product.outPlace, channels, c30, c31);
}

// @ts-ignore: decorator
@inline
function storeEight(to: usize, channels: u32, low: v128, high: v128): void {
  if (channels >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else {
    storePartial2(to, channels, low, high);
  }
}

@unmanaged
class DepthwiseFilterGradient {
  x: usize;
  outputGradient: usize;
  /** One filter gradient for each chunk, `partStride` apart, to be summed in order. */
  parts: usize;
  partStride: usize;
  /** Pairs {offset in x, offset in the filter}. */
  cells: usize;
  cellsEnd: usize;
  channels: u32;
  lines: u32;
  linesPerChunk: u32;
  height: u32;
  width: u32;
  xImage: usize;
  xLine: usize;
  xPlace: usize;
}

/** Σ over places of x[place + cell, channel] · outputGradient[place, channel], for the lines of each chunk. */
export function depthwiseFilterGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const product = changetype<DepthwiseFilterGradient>(job);
  const pixel = <usize>product.channels * 4;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const part = product.parts + chunk * product.partStride;
    const firstLine = chunk * product.linesPerChunk;
    const lastLine = min(firstLine + product.linesPerChunk, product.lines);
    for (let line = firstLine; line < lastLine; line++) {
      const x = product.x + (line / product.height) * product.xImage + (line % product.height) * product.xLine;
      const gradient = product.outputGradient + line * product.width * pixel;
      for (let cell = product.cells; cell < product.cellsEnd; cell += 8) {
        const from = x + <usize>load<u32>(cell);
        const to = part + <usize>load<u32>(cell, 4);
        addLine(product, from, gradient, pixel, to, line == firstLine);
      }
    }
  }
}

function addLine(
  product: DepthwiseFilterGradient, x: usize, gradient: usize, pixel: usize, to: usize, isFirst: bool,
): void {
  const zero = f32x4.splat(0);
  const xPlace = product.xPlace;
  for (let channel: u32 = 0; channel < product.channels; channel += 8) {
    let low = isFirst ? zero : v128.load(to);
    let high = isFirst ? zero : v128.load(to, 16);
    let from = x;
    const end = gradient + product.width * pixel;
    for (let at = gradient; at < end; at += pixel) {
      low = multiplyAdd(v128.load(from), v128.load(at), low);
      high = multiplyAdd(v128.load(from, 16), v128.load(at, 16), high);
      from += xPlace;
    }
    storeEight(to, product.channels - channel, low, high);
    x += 32;
    gradient += 32;
    to += 32;
  }
}

@unmanaged
class Channels {
  x: usize;
  out: usize;
  channels: u32;
  multiplier: u32;
  pixels: u32;
  pixelsPerChunk: u32;
}

/** out[pixel, channel · multiplier + m] = x[pixel, channel] */
export function repeatChannels(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const repeat = changetype<Channels>(job);
  const first = <u32>firstChunk * repeat.pixelsPerChunk;
  const last = min(<u32>lastChunk * repeat.pixelsPerChunk, repeat.pixels);
  let x = repeat.x + first * repeat.channels * 4;
  let out = repeat.out + first * repeat.channels * repeat.multiplier * 4;
  for (let i = (last - first) * repeat.channels; i > 0; i--) {
    const value = load<f32>(x);
    for (let m = repeat.multiplier; m > 0; m--) {
      store<f32>(out, value);
      out += 4;
    }
    x += 4;
  }
}

/** out[pixel, channel] = Σ over m of x[pixel, channel · multiplier + m] */
export function sumChannels(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const sum = changetype<Channels>(job);
  const first = <u32>firstChunk * sum.pixelsPerChunk;
  const last = min(<u32>lastChunk * sum.pixelsPerChunk, sum.pixels);
  let x = sum.x + first * sum.channels * sum.multiplier * 4;
  let out = sum.out + first * sum.channels * 4;
  for (let i = (last - first) * sum.channels; i > 0; i--) {
    let total: f32 = 0;
    for (let m = sum.multiplier; m > 0; m--) {
      total += load<f32>(x);
      x += 4;
    }
    store<f32>(out, total);
    out += 4;
  }
}
