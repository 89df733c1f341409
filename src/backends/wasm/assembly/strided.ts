import { copyFloats } from './shared/copy';
import { transpose4x4 } from './shared/lanes';

/** One axis of a copy; steps in bytes. */
@unmanaged
class Axis {
  size: u32;
  from: usize;
  to: usize;
}

@unmanaged
class CopyStrided {
  from: usize;
  to: usize;
  /**
   * Table of `Axis`, outermost first. The last is a run; the copy transposes the last two where `transposes` is set.
   */
  axes: usize;
  /** Axes before the run, or before the two that are transposed. */
  outerAxes: u32;
  transposes: i32;
  /** Runs, times the pieces that a run is cut into. */
  units: u32;
  unitsPerChunk: u32;
  pieces: u32;
  pieceSize: u32;
}

const AXIS_BYTES: usize = 12;

// @ts-ignore: decorator
@inline
function axisAt(copy: CopyStrided, index: u32): Axis {
  return changetype<Axis>(copy.axes + index * AXIS_BYTES);
}

function copyRun(to: usize, from: usize, count: u32, toStep: usize, fromStep: usize): void {
  if (toStep == 4 && fromStep == 4) {
    copyFloats(to, from, <usize>count << 2);
    return;
  }
  if (toStep == 4 && fromStep == 0) {
    const value = v128.load32_splat(from);
    const end = to + (<usize>count << 2);
    for (; to + 16 <= end; to += 16) v128.store(to, value);
    for (; to < end; to += 4) v128.store32_lane(to, value, 0);
    return;
  }
  for (let i: u32 = 0; i < count; i++, to += toStep, from += fromStep) store<u32>(to, load<u32>(from));
}

/** Rows are adjacent in `from`, with columns `fromStep` apart; in `to` columns are adjacent. */
function transposeBlock(to: usize, from: usize, rows: u32, columns: u32, toStep: usize, fromStep: usize): void {
  const wholeRows = rows & ~3;
  const wholeColumns = columns & ~3;
  for (let j: u32 = 0; j < wholeColumns; j += 4) {
    const source = from + j * fromStep;
    const target = to + (<usize>j << 2);
    for (let i: u32 = 0; i < wholeRows; i += 4) {
      transpose4x4(target + i * toStep, toStep, source + (<usize>i << 2), fromStep);
    }
  }
  for (let i: u32 = 0; i < rows; i++) {
    const first = i < wholeRows ? wholeColumns : 0;
    const target = to + i * toStep + (<usize>first << 2);
    copyRun(target, from + (<usize>i << 2) + first * fromStep, columns - first, 4, fromStep);
  }
}

/** Copies 32-bit elements from one layout to another; the outer axes are counted up like the digits of an odometer. */
export function copyStrided(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const copy = changetype<CopyStrided>(job);
  const outerAxes = copy.outerAxes;
  const run = axisAt(copy, copy.transposes ? outerAxes + 1 : outerAxes);
  const cut = axisAt(copy, outerAxes);
  const pieces = copy.pieces;
  const end = min(<u32>lastChunk * copy.unitsPerChunk, copy.units);
  let unit = <u32>firstChunk * copy.unitsPerChunk;
  let from = copy.from;
  let to = copy.to;
  let piece = unit % pieces;
  let rest = unit / pieces;
  for (let a = outerAxes; a-- > 0; ) {
    const axis = axisAt(copy, a);
    const digit = rest % axis.size;
    rest /= axis.size;
    from += digit * axis.from;
    to += digit * axis.to;
    store<u32>(scratch + (<usize>a << 2), digit);
  }
  for (; unit < end; unit++) {
    const first = piece * copy.pieceSize;
    const count = min(copy.pieceSize, cut.size - first);
    const source = from + first * cut.from;
    const target = to + first * cut.to;
    if (copy.transposes) transposeBlock(target, source, count, run.size, cut.to, run.from);
    else copyRun(target, source, count, run.to, run.from);
    if (++piece < pieces) continue;
    piece = 0;
    for (let a = outerAxes; a-- > 0; ) {
      const axis = axisAt(copy, a);
      const digit = load<u32>(scratch + (<usize>a << 2)) + 1;
      from += axis.from;
      to += axis.to;
      store<u32>(scratch + (<usize>a << 2), digit);
      if (digit < axis.size) break;
      from -= axis.size * axis.from;
      to -= axis.size * axis.to;
      store<u32>(scratch + (<usize>a << 2), 0);
    }
  }
}
