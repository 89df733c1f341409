import { elementsBegin, elementsEnd } from './shared/chunks';

/*
 * The update rules of Keras 3, in one pass each: every value is read and written once. Formulas:
 * backends/cpu/optimizers.ts.
 */

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
  weight: usize;
  /** 0: no momentum. */
  velocity: usize;
  gradient: usize;
  size: u32;
  nesterov: i32;
  learningRate: f32;
  momentum: f32;
}

export function sgdUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const sgd = changetype<Sgd>(job);
  const begin = elementsBegin(firstChunk) << 2;
  const end = elementsEnd(lastChunk, sgd.size) << 2;
  const learningRate = sgd.learningRate;
  const momentum = sgd.momentum;
  for (let at = begin; at < end; at += 16) {
    const weight = sgd.weight + at;
    let step = scaled(-learningRate, v128.load(sgd.gradient + at));
    if (sgd.velocity) {
      const next = withoutDenormals(f32x4.add(scaled(momentum, v128.load(sgd.velocity + at)), step));
      v128.store(sgd.velocity + at, next);
      step = sgd.nesterov ? f32x4.add(scaled(momentum, next), step) : next;
    }
    v128.store(weight, f32x4.add(v128.load(weight), step));
  }
}

@unmanaged
class Adam {
  weight: usize;
  firstMoment: usize;
  secondMoment: usize;
  gradient: usize;
  size: u32;
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
  const begin = elementsBegin(firstChunk) << 2;
  const end = elementsEnd(lastChunk, adam.size) << 2;
  const beta1 = adam.beta1;
  const rest1 = adam.rest1;
  const beta2 = adam.beta2;
  const rest2 = adam.rest2;
  const stepSize = adam.stepSize;
  const decay = adam.decay;
  const epsilon = f32x4.splat(adam.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(adam.gradient + at);
    const weight = adam.weight + at;
    const first = f32x4.add(scaled(beta1, v128.load(adam.firstMoment + at)), scaled(rest1, gradient));
    const square = f32x4.mul(scaled(rest2, gradient), gradient);
    const second = f32x4.add(scaled(beta2, v128.load(adam.secondMoment + at)), square);
    v128.store(adam.firstMoment + at, withoutDenormals(first));
    v128.store(adam.secondMoment + at, withoutDenormals(second));
    const step = f32x4.div(scaled(stepSize, first), f32x4.add(f32x4.sqrt(second), epsilon));
    const before = v128.load(weight);
    v128.store(weight, f32x4.sub(before, f32x4.add(scaled(decay, before), step)));
  }
}

@unmanaged
class Rmsprop {
  weight: usize;
  meanSquare: usize;
  /** 0: no momentum. */
  velocity: usize;
  gradient: usize;
  size: u32;
  learningRate: f32;
  rho: f32;
  /** 1 − rho, rounded once. */
  rest: f32;
  momentum: f32;
  epsilon: f32;
}

export function rmspropUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const rmsprop = changetype<Rmsprop>(job);
  const begin = elementsBegin(firstChunk) << 2;
  const end = elementsEnd(lastChunk, rmsprop.size) << 2;
  const learningRate = rmsprop.learningRate;
  const rho = rmsprop.rho;
  const rest = rmsprop.rest;
  const momentum = rmsprop.momentum;
  const epsilon = f32x4.splat(rmsprop.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(rmsprop.gradient + at);
    const weight = rmsprop.weight + at;
    const square = f32x4.mul(scaled(rest, gradient), gradient);
    const meanSquare = f32x4.add(scaled(rho, v128.load(rmsprop.meanSquare + at)), square);
    v128.store(rmsprop.meanSquare + at, withoutDenormals(meanSquare));
    let step = f32x4.div(scaled(learningRate, gradient), f32x4.sqrt(f32x4.add(meanSquare, epsilon)));
    if (rmsprop.velocity) {
      step = f32x4.add(scaled(momentum, v128.load(rmsprop.velocity + at)), step);
      v128.store(rmsprop.velocity + at, withoutDenormals(step));
    }
    v128.store(weight, f32x4.sub(v128.load(weight), step));
  }
}

@unmanaged
class Adagrad {
  weight: usize;
  accumulator: usize;
  gradient: usize;
  size: u32;
  learningRate: f32;
  epsilon: f32;
}

export function adagradUpdate(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const adagrad = changetype<Adagrad>(job);
  const begin = elementsBegin(firstChunk) << 2;
  const end = elementsEnd(lastChunk, adagrad.size) << 2;
  const epsilon = f32x4.splat(adagrad.epsilon);
  for (let at = begin; at < end; at += 16) {
    const gradient = v128.load(adagrad.gradient + at);
    const weight = adagrad.weight + at;
    const square = f32x4.add(v128.load(adagrad.accumulator + at), f32x4.mul(gradient, gradient));
    v128.store(adagrad.accumulator + at, square);
    const step = f32x4.div(scaled(adagrad.learningRate, gradient), f32x4.sqrt(f32x4.add(square, epsilon)));
    v128.store(weight, f32x4.sub(v128.load(weight), step));
  }
}
