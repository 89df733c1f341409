import { storeLanes } from './shared/lanes';
import { sigmoid, tanh } from './shared/gates';
import { RecurrentProduct, multiplyRecurrent } from './products/recurrent-product';

/* All steps of a GRU, as lstm.ts. The formulas are in ops/recurrent/gru.ts, the layouts in backends/kernels.ts. */

@unmanaged
class Gru extends RecurrentProduct {
  time: u32;
  batch: u32;
  units: u32;
  chunkRows: u32;
  /** Addresses of absent operands are 0; of an absent bias, that of zeros. */
  z: usize;
  bias: usize;
  hidden: usize;
  mask: usize;
  gates: usize;
  states: usize;
}

export function gru(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const gru = changetype<Gru>(job);
  const unit = <usize>gru.units << 2;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const first = chunk * gru.chunkRows;
    const rows = min(gru.chunkRows, gru.batch - first);
    for (let step: u32 = 0; step < gru.time; step++) {
      const place = <usize>step * gru.batch + first;
      const gates = gru.gates + place * 4 * unit;
      const states = gru.states + place * unit;
      let previous: usize = gru.hidden ? gru.hidden + first * unit : 0;
      if (step > 0) previous = states - <usize>gru.batch * unit;
      if (previous) {
        multiplyRecurrent(gru, rows, previous, unit, gates, 4 * unit, scratch, gru.bias);
      } else {
        for (let row: usize = 0; row < rows; row++) memory.copy(gates + row * 4 * unit, gru.bias, 3 * unit);
      }
      for (let row: usize = 0; row < rows; row++) {
        const counts = !gru.mask || load<u8>(gru.mask + place + row) != 0;
        const z = gru.z + (place + row) * 3 * unit;
        const before = previous ? previous + row * unit : 0;
        activateGates(gates + row * 4 * unit, z, before, states + row * unit, gru.units, counts);
      }
    }
  }
}

/** One row: products with the state become z, r, n and the recurrent part of n; h follows. */
function activateGates(gates: usize, z: usize, previous: usize, h: usize, units: u32, counts: bool): void {
  const unit = <usize>units << 2;
  for (let u: u32 = 0; u < units; u += 4) {
    const offset = <usize>u << 2;
    const left = units - u;
    const at = gates + offset;
    const input = z + offset;
    const update = sigmoid(f32x4.add(v128.load(input), v128.load(at)));
    const reset = sigmoid(f32x4.add(v128.load(input + unit), v128.load(at + unit)));
    const recurrent = v128.load(at + 2 * unit);
    const candidate = tanh(f32x4.add(v128.load(input + 2 * unit), f32x4.mul(reset, recurrent)));
    const past = previous ? v128.load(previous + offset) : f32x4.splat(0);
    // n + z · (h − n)
    const next = f32x4.add(candidate, f32x4.mul(update, f32x4.sub(past, candidate)));
    storeLanes(at, update, left);
    storeLanes(at + unit, reset, left);
    storeLanes(at + 2 * unit, candidate, left);
    storeLanes(at + 3 * unit, recurrent, left);
    storeLanes(h + offset, counts ? next : past, left);
  }
}

@unmanaged
class GruGradient extends RecurrentProduct {
  time: u32;
  batch: u32;
  units: u32;
  chunkRows: u32;
  /** Bytes of a row of dh in scratch memory: whole vectors. */
  rowBytes: u32;
  /** Whether the gradient of the first state is wanted. */
  withInitial: i32;
  outputGradient: usize;
  gates: usize;
  states: usize;
  hidden: usize;
  mask: usize;
  out: usize;
}

export function gruGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const gru = changetype<GruGradient>(job);
  const unit = <usize>gru.units << 2;
  const dh = scratch;
  const segment = dh + <usize>gru.chunkRows * gru.rowBytes;
  for (let chunk: u32 = firstChunk; chunk < <u32>lastChunk; chunk++) {
    const first = chunk * gru.chunkRows;
    const rows = min(gru.chunkRows, gru.batch - first);
    memory.fill(dh, 0, <usize>rows * gru.rowBytes);
    for (let step = <i32>gru.time - 1; step >= 0; step--) {
      const place = <usize>step * gru.batch + first;
      const out = gru.out + place * 4 * unit;
      for (let row: usize = 0; row < rows; row++) {
        const before = stateBefore(gru, step, place + row, first + row);
        gradientOfRow(gru, place + row, before, dh + row * gru.rowBytes);
      }
      if (step > 0 || gru.withInitial) multiplyRecurrent(gru, rows, out, 4 * unit, dh, gru.rowBytes, segment, 0);
    }
    if (gru.withInitial) {
      for (let row: usize = 0; row < rows; row++) {
        const out = gru.out + ((<usize>gru.time * gru.batch + first + row) << 2) * unit;
        memory.copy(out, dh + row * gru.rowBytes, unit);
        memory.fill(out + unit, 0, 3 * unit);
      }
    }
  }
}

/** The address of the state that a step began with; 0 for zeros. */
function stateBefore(gru: GruGradient, step: i32, place: usize, batchRow: usize): usize {
  const unit = <usize>gru.units << 2;
  if (step > 0) return gru.states + (place - gru.batch) * unit;
  return gru.hidden ? gru.hidden + batchRow * unit : 0;
}

/** The gradients of one row's gates; dh becomes what does not go through them. */
function gradientOfRow(gru: GruGradient, place: usize, previous: usize, dh: usize): void {
  const units = gru.units;
  const unit = <usize>units << 2;
  const dy = gru.outputGradient + place * unit;
  const out = gru.out + place * 4 * unit;
  if (gru.mask && !load<u8>(gru.mask + place)) {
    memory.fill(out, 0, 4 * unit);
    for (let u: usize = 0; u < unit; u += 16) v128.store(dh + u, f32x4.add(v128.load(dh + u), v128.load(dy + u)));
    return;
  }
  const one = f32x4.splat(1);
  for (let u: u32 = 0; u < units; u += 4) {
    const offset = <usize>u << 2;
    const left = units - u;
    const at = gru.gates + place * 4 * unit + offset;
    const to = out + offset;
    const update = v128.load(at);
    const reset = v128.load(at + unit);
    const candidate = v128.load(at + 2 * unit);
    const recurrent = v128.load(at + 3 * unit);
    const past = previous ? v128.load(previous + offset) : f32x4.splat(0);
    const ofH = f32x4.add(v128.load(dh + offset), v128.load(dy + offset));
    const rest = f32x4.sub(one, update);
    const slope = f32x4.mul(rest, f32x4.sub(one, f32x4.mul(candidate, candidate)));
    const ofCandidate = f32x4.mul(ofH, slope);
    const ofUpdate = f32x4.mul(f32x4.mul(ofH, f32x4.sub(past, candidate)), f32x4.mul(update, rest));
    const ofReset = f32x4.mul(f32x4.mul(ofCandidate, recurrent), f32x4.mul(reset, f32x4.sub(one, reset)));
    storeLanes(to, ofUpdate, left);
    storeLanes(to + unit, ofReset, left);
    storeLanes(to + 2 * unit, f32x4.mul(ofCandidate, reset), left);
    storeLanes(to + 3 * unit, ofCandidate, left);
    v128.store(dh + offset, f32x4.mul(ofH, update));
  }
}
