import { storeLanes } from './shared/lanes';
import { sigmoid, tanh } from './shared/gates';
import { RecurrentProduct, multiplyRecurrent } from './products/recurrent-product';

/*
 * All steps of an LSTM. Rows of the batch do not meet, so a chunk takes some of them through every step. The formulas
 * are in ops/recurrent/lstm.ts, the layouts in backends/kernels.ts.
 */

@unmanaged
class Lstm extends RecurrentProduct {
  time: u32;
  batch: u32;
  units: u32;
  chunkRows: u32;
  /** Addresses of absent operands are 0. */
  z: usize;
  hidden: usize;
  cell: usize;
  mask: usize;
  gates: usize;
  states: usize;
}

// @ts-ignore: decorator
@inline
function loadOrZero(at: usize): v128 {
  return at ? v128.load(at) : f32x4.splat(0);
}

export function lstm(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const lstm = changetype<Lstm>(job);
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const first = chunk * lstm.chunkRows;
    const rows = min(lstm.chunkRows, lstm.batch - first);
    for (let step: u32 = 0; step < lstm.time; step++) lstmStep(lstm, step, first, rows, scratch);
  }
}

function lstmStep(lstm: Lstm, step: u32, first: u32, rows: u32, scratch: usize): void {
  const units = <usize>lstm.units;
  const unit = units << 2;
  const place = <usize>step * lstm.batch + first;
  const gates = lstm.gates + place * 5 * unit;
  const states = lstm.states + place * unit;
  const z = lstm.z + place * 4 * unit;
  for (let row: usize = 0; row < rows; row++) memory.copy(gates + row * 5 * unit, z + row * 4 * unit, 4 * unit);
  const before = <usize>lstm.batch * unit;
  let previousH: usize = lstm.hidden ? lstm.hidden + first * unit : 0;
  let previousC: usize = lstm.cell ? lstm.cell + first * unit : 0;
  let previousCStride = unit;
  if (step > 0) {
    previousH = states - before;
    previousC = gates - before * 5 + 4 * unit;
    previousCStride = 5 * unit;
  }
  if (previousH) multiplyRecurrent(lstm, rows, previousH, unit, gates, 5 * unit, scratch, 0);
  for (let row: usize = 0; row < rows; row++) {
    const h = previousH ? previousH + row * unit : 0;
    const c = previousC ? previousC + row * previousCStride : 0;
    const own = gates + row * 5 * unit;
    const counts = !lstm.mask || load<u8>(lstm.mask + place + row) != 0;
    if (counts) activateGates(own, states + row * unit, c, lstm.units);
    else carryOver(own + 4 * unit, c, states + row * unit, h, unit);
    if (step + 1 == lstm.time) memory.copy(lstm.states + (place + lstm.batch + row) * unit, own + 4 * unit, unit);
  }
}

/** The states of a step that does not count. */
function carryOver(c: usize, previousC: usize, h: usize, previousH: usize, bytes: usize): void {
  if (previousC) memory.copy(c, previousC, bytes);
  else memory.fill(c, 0, bytes);
  if (previousH) memory.copy(h, previousH, bytes);
  else memory.fill(h, 0, bytes);
}

/** One row: sums become i, f, g, o; c and h follow. */
function activateGates(gates: usize, h: usize, previousC: usize, units: u32): void {
  const unit = <usize>units << 2;
  for (let u: u32 = 0; u < units; u += 4) {
    const offset = <usize>u << 2;
    const left = units - u;
    const at = gates + offset;
    const i = sigmoid(v128.load(at));
    const f = sigmoid(v128.load(at + unit));
    const g = tanh(v128.load(at + 2 * unit));
    const o = sigmoid(v128.load(at + 3 * unit));
    let c = f32x4.mul(i, g);
    if (previousC) c = f32x4.add(f32x4.mul(f, v128.load(previousC + offset)), c);
    storeLanes(at, i, left);
    storeLanes(at + unit, f, left);
    storeLanes(at + 2 * unit, g, left);
    storeLanes(at + 3 * unit, o, left);
    storeLanes(at + 4 * unit, c, left);
    storeLanes(h + offset, f32x4.mul(o, tanh(c)), left);
  }
}

@unmanaged
class LstmGradient extends RecurrentProduct {
  time: u32;
  batch: u32;
  units: u32;
  chunkRows: u32;
  /** Bytes of a row of dh and of dc in scratch memory: whole vectors. */
  rowBytes: u32;
  /** Whether the gradients of the first states are wanted. */
  withInitial: i32;
  outputGradient: usize;
  gates: usize;
  cell: usize;
  mask: usize;
  out: usize;
}

export function lstmGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const lstm = changetype<LstmGradient>(job);
  const unit = <usize>lstm.units << 2;
  const dh = scratch;
  const dc = dh + <usize>lstm.chunkRows * lstm.rowBytes;
  const segment = dc + <usize>lstm.chunkRows * lstm.rowBytes;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const first = chunk * lstm.chunkRows;
    const rows = min(lstm.chunkRows, lstm.batch - first);
    const last = lstm.outputGradient + (<usize>lstm.time * lstm.batch + first) * unit;
    memory.fill(dh, 0, <usize>rows * lstm.rowBytes);
    for (let row: usize = 0; row < rows; row++) memory.copy(dc + row * lstm.rowBytes, last + row * unit, unit);
    for (let step = <i32>lstm.time - 1; step >= 0; step--) {
      const place = <usize>step * lstm.batch + first;
      const out = lstm.out + place * 4 * unit;
      for (let row: usize = 0; row < rows; row++) gradientOfRow(lstm, step, place + row, first + row, dh, dc, row);
      if (step > 0 || lstm.withInitial) multiplyRecurrent(lstm, rows, out, 4 * unit, dh, lstm.rowBytes, segment, 0);
    }
    if (lstm.withInitial) {
      for (let row: usize = 0; row < rows; row++) {
        const out = lstm.out + ((<usize>lstm.time * lstm.batch + first + row) << 2) * unit;
        memory.copy(out, dh + row * lstm.rowBytes, unit);
        memory.copy(out + unit, dc + row * lstm.rowBytes, unit);
        memory.fill(out + 2 * unit, 0, 2 * unit);
      }
    }
  }
}

/** The gradients of one row's gates; dh becomes what does not go through them, dc that of the step before. */
function gradientOfRow(
  lstm: LstmGradient,
  step: i32,
  place: usize,
  batchRow: usize,
  dhRows: usize,
  dcRows: usize,
  row: usize,
): void {
  const units = lstm.units;
  const unit = <usize>units << 2;
  const dh = dhRows + row * lstm.rowBytes;
  const dc = dcRows + row * lstm.rowBytes;
  const dy = lstm.outputGradient + place * unit;
  const out = lstm.out + place * 4 * unit;
  if (lstm.mask && !load<u8>(lstm.mask + place)) {
    memory.fill(out, 0, 4 * unit);
    for (let u: usize = 0; u < unit; u += 16) v128.store(dh + u, f32x4.add(v128.load(dh + u), v128.load(dy + u)));
    return;
  }
  const gates = lstm.gates + place * 5 * unit;
  let previous: usize = lstm.cell ? lstm.cell + batchRow * unit : 0;
  if (step > 0) previous = gates - <usize>lstm.batch * 5 * unit + 4 * unit;
  const one = f32x4.splat(1);
  for (let u: u32 = 0; u < units; u += 4) {
    const offset = <usize>u << 2;
    const left = units - u;
    const at = gates + offset;
    const to = out + offset;
    const i = v128.load(at);
    const f = v128.load(at + unit);
    const g = v128.load(at + 2 * unit);
    const o = v128.load(at + 3 * unit);
    const squashed = tanh(v128.load(at + 4 * unit));
    const ofH = f32x4.add(v128.load(dh + offset), v128.load(dy + offset));
    const slope = f32x4.mul(o, f32x4.sub(one, f32x4.mul(squashed, squashed)));
    const ofC = f32x4.add(v128.load(dc + offset), f32x4.mul(ofH, slope));
    const past = loadOrZero(previous ? previous + offset : 0);
    const ofI = f32x4.mul(f32x4.mul(ofC, g), f32x4.mul(i, f32x4.sub(one, i)));
    const ofF = f32x4.mul(f32x4.mul(ofC, past), f32x4.mul(f, f32x4.sub(one, f)));
    const ofG = f32x4.mul(f32x4.mul(ofC, i), f32x4.sub(one, f32x4.mul(g, g)));
    const ofO = f32x4.mul(f32x4.mul(ofH, squashed), f32x4.mul(o, f32x4.sub(one, o)));
    storeLanes(to, ofI, left);
    storeLanes(to + unit, ofF, left);
    storeLanes(to + 2 * unit, ofG, left);
    storeLanes(to + 3 * unit, ofO, left);
    v128.store(dc + offset, f32x4.mul(ofC, f));
    v128.store(dh + offset, f32x4.splat(0));
  }
}
