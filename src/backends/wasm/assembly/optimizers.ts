import { elementsBegin, elementsEnd } from './shared/chunks';

/*
 * The update rules of Keras 3, in one pass each: every value is read and written once. A job takes all weights, whose
 * chunks follow one another. Formulas: backends/cpu/optimizers.ts.
 */

/** One weight. */
@unmanaged
class Update {
  weight: usize;
  /** 0: none. */
  firstState: usize;
  secondState: usize;
  gradient: usize;
  size: u32;
  /** Chunks of the weights before. */
  chunksBefore: i32;
}

const UPDATE_BYTES: usize = 24;

/** The weight that a chunk belongs to: the last one that starts at or before it. */
function updateOf(updates: usize, count: u32, chunk: i32): Update {
  let low: u32 = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (changetype<Update>(updates + middle * UPDATE_BYTES).chunksBefore <= chunk) low = middle;
    else high = middle;
  }
  return changetype<Update>(updates + low * UPDATE_BYTES);
}

// @ts-ignore: decorator
@inline
function scaled(factor: f32, values: v128): v128 {
  return f32x4.mul(f32x4.splat(factor), values);
}

/** Smallest float32 with full precision, as an integer. */
const SMALLEST_NORMAL: i32 = 0x00800000;

/**
 * Flush numbers below 1e-38 to zero. A moment without further gradients (of a dead unit, or a learned sample) decays
 * towards zero and stays at the smallest denormal number; processors are a hundred times slower with
 * those.
 */
// @ts-ignore: decorator
@inline
function withoutDenormals(values: v128): v128 {
  const magnitudes = v128.and(values, i32x4.splat(0x7fffffff));
  return v128.and(values, i32x4.ge_s(magnitudes, i32x4.splat(SMALLEST_NORMAL)));
}

@unmanaged
class Sgd {
  updates: usize;
  count: u32;
  nesterov: i32;
  learningRate: f32;
  momentum: f32;
}

export function sgdUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const sgd = changetype<Sgd>(job);
  for (let chunk = firstChunk; chunk < lastChunk; chunk++) {
    sgdChunk(sgd, updateOf(sgd.updates, sgd.count, chunk), chunk);
  }
}

function sgdChunk(sgd: Sgd, update: Update, chunk: i32): void {
  const begin = elementsBegin(chunk - update.chunksBefore) << 2;
  const end = elementsEnd(chunk - update.chunksBefore + 1, update.size) << 2;
  const learningRate = sgd.learningRate;
  const momentum = sgd.momentum;
  for (let at = begin; at < end; at += 16) {
    const weight = update.weight + at;
    let step = scaled(-learningRate, v128.load(update.gradient + at));
    if (update.firstState) {
      const next = withoutDenormals(f32x4.add(scaled(momentum, v128.load(update.firstState + at)), step));
      v128.store(update.firstState + at, next);
      step = sgd.nesterov ? f32x4.add(scaled(momentum, next), step) : next;
    }
    v128.store(weight, f32x4.add(v128.load(weight), step));
  }
}

@unmanaged
class Adam {
  updates: usize;
  count: u32;
  stepSize: f32;
  beta1: f32;
  /** 1 − beta1, rounded once. */
  rest1: f32;
  beta2: f32;
  rest2: f32;
  epsilon: f32;
  decay: f32;
}

export function adamUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const adam = changetype<Adam>(job);
  for (let chunk = firstChunk; chunk < lastChunk; chunk++) {
    adamChunk(adam, updateOf(adam.updates, adam.count, chunk), chunk);
  }
}

function adamChunk(adam: Adam, update: Update, chunk: i32): void {
  const begin = elementsBegin(chunk - update.chunksBefore) << 2;
  const end = elementsEnd(chunk - update.chunksBefore + 1, update.size) << 2;
  const beta1 = adam.beta1;
  const rest1 = adam.rest1;
  const beta2 = adam.beta2;
  const rest2 = adam.rest2;
  const stepSize = adam.stepSize;
  const decay = adam.decay;
  const epsilon = f32x4.splat(adam.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(update.gradient + at);
    const weight = update.weight + at;
    const first = f32x4.add(scaled(beta1, v128.load(update.firstState + at)), scaled(rest1, gradient));
    const square = f32x4.mul(scaled(rest2, gradient), gradient);
    const second = f32x4.add(scaled(beta2, v128.load(update.secondState + at)), square);
    v128.store(update.firstState + at, withoutDenormals(first));
    v128.store(update.secondState + at, withoutDenormals(second));
    const step = f32x4.div(scaled(stepSize, first), f32x4.add(f32x4.sqrt(second), epsilon));
    const before = v128.load(weight);
    v128.store(weight, f32x4.sub(before, f32x4.add(scaled(decay, before), step)));
  }
}

@unmanaged
class Rmsprop {
  updates: usize;
  count: u32;
  learningRate: f32;
  rho: f32;
  /** 1 − rho, rounded once. */
  rest: f32;
  momentum: f32;
  epsilon: f32;
}

export function rmspropUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const rmsprop = changetype<Rmsprop>(job);
  for (let chunk = firstChunk; chunk < lastChunk; chunk++) {
    rmspropChunk(rmsprop, updateOf(rmsprop.updates, rmsprop.count, chunk), chunk);
  }
}

function rmspropChunk(rmsprop: Rmsprop, update: Update, chunk: i32): void {
  const begin = elementsBegin(chunk - update.chunksBefore) << 2;
  const end = elementsEnd(chunk - update.chunksBefore + 1, update.size) << 2;
  const learningRate = rmsprop.learningRate;
  const rho = rmsprop.rho;
  const rest = rmsprop.rest;
  const momentum = rmsprop.momentum;
  const epsilon = f32x4.splat(rmsprop.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(update.gradient + at);
    const weight = update.weight + at;
    const square = f32x4.mul(scaled(rest, gradient), gradient);
    const meanSquare = f32x4.add(scaled(rho, v128.load(update.firstState + at)), square);
    v128.store(update.firstState + at, withoutDenormals(meanSquare));
    let step = f32x4.div(scaled(learningRate, gradient), f32x4.sqrt(f32x4.add(meanSquare, epsilon)));
    if (update.secondState) {
      step = f32x4.add(scaled(momentum, v128.load(update.secondState + at)), step);
      v128.store(update.secondState + at, withoutDenormals(step));
    }
    v128.store(weight, f32x4.sub(v128.load(weight), step));
  }
}

@unmanaged
class Adagrad {
  updates: usize;
  count: u32;
  learningRate: f32;
  epsilon: f32;
}

export function adagradUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const adagrad = changetype<Adagrad>(job);
  for (let chunk = firstChunk; chunk < lastChunk; chunk++) {
    adagradChunk(adagrad, updateOf(adagrad.updates, adagrad.count, chunk), chunk);
  }
}

function adagradChunk(adagrad: Adagrad, update: Update, chunk: i32): void {
  const begin = elementsBegin(chunk - update.chunksBefore) << 2;
  const end = elementsEnd(chunk - update.chunksBefore + 1, update.size) << 2;
  const epsilon = f32x4.splat(adagrad.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(update.gradient + at);
    const weight = update.weight + at;
    const square = f32x4.add(v128.load(update.firstState + at), f32x4.mul(gradient, gradient));
    v128.store(update.firstState + at, square);
    const step = f32x4.div(scaled(adagrad.learningRate, gradient), f32x4.sqrt(f32x4.add(square, epsilon)));
    v128.store(weight, f32x4.sub(v128.load(weight), step));
  }
}
