import { clearFloats } from './shared/copy';
import { firstCell, lastCell, Windows } from './shared/windows';

@unmanaged
class AvgPoolGradient extends Windows {
  outputGradient: usize;
  out: usize;
}

/**
 * Adds a part of dy to every pixel of a window. Lanes beyond the last channel would fall on the next pixel, so they are
 * left out.
 */
function addShares(
  dx: usize,
  dy: usize,
  channels: i32,
  share: f32,
  rows: i32,
  columns: i32,
  rowStep: usize,
  columnStep: usize,
): void {
  const whole = <usize>(channels & ~3) << 2;
  const pixel = <usize>channels << 2;
  const factor = f32x4.splat(share);
  for (let p = 0; p < rows; p++, dx += rowStep) {
    let cell = dx;
    for (let q = 0; q < columns; q++, cell += columnStep) {
      let c: usize = 0;
      for (; c < whole; c += 16) {
        v128.store(cell + c, f32x4.add(v128.load(cell + c), f32x4.mul(v128.load(dy + c), factor)));
      }
      for (; c < pixel; c += 4) store<f32>(cell + c, load<f32>(cell + c) + load<f32>(dy + c) * share);
    }
  }
}

/** One row of 2×2 windows that do not overlap: each part is stored four times. */
function spreadRow2x2(dx: usize, below: usize, step: usize, dy: usize, dyEnd: usize, channels: i32): void {
  const right = <usize>channels << 2;
  const whole = <usize>(channels & ~3) << 2;
  for (; dy < dyEnd; dy += right, dx += step) {
    let c: usize = 0;
    for (; c < whole; c += 16) {
      const share = f32x4.mul(v128.load(dy + c), f32x4.splat(0.25));
      v128.store(dx + c, share);
      v128.store(dx + c + right, share);
      v128.store(dx + c + below, share);
      v128.store(dx + c + below + right, share);
    }
    for (; c < right; c += 4) {
      const share = load<f32>(dy + c) * 0.25;
      store<f32>(dx + c, share);
      store<f32>(dx + c + right, share);
      store<f32>(dx + c + below, share);
      store<f32>(dx + c + below + right, share);
    }
  }
}

/** The adjoint of `avgPool`. A chunk is some images; their rows are cleared just before a window first reaches them. */
export function avgPoolGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pool = changetype<AvgPoolGradient>(job);
  const channels = pool.channels;
  const pixel = pool.pixel;
  const line = pool.line;
  const rowStep = pool.rowStep;
  const columnStep = pool.columnStep;
  const leavesNone = pool.isTwoByTwo && pool.strideWidth == 2 && pool.inWidth == 2 * pool.outWidth;
  const end = min(lastChunk * pool.perChunk, pool.images);
  for (let image = firstChunk * pool.perChunk; image < end; image++) {
    const dx = pool.out + <usize>image * pool.inHeight * line;
    let dy = pool.outputGradient + <usize>image * pool.outHeight * pool.outWidth * pixel;
    let cleared = 0;
    for (let i = 0; i < pool.outHeight; i++) {
      const y = i * pool.strideHeight - pool.padTop;
      if (leavesNone && pool.strideHeight == 2) {
        const next = dy + pool.outWidth * pixel;
        spreadRow2x2(dx + y * line, line, 2 * pixel, dy, next, channels);
        dy = next;
        cleared = y + 2;
        continue;
      }
      const reach = min(y + (pool.height - 1) * pool.dilationHeight + 1, pool.inHeight);
      if (reach > cleared) {
        clearFloats(dx + cleared * line, (reach - cleared) * line);
        cleared = reach;
      }
      const top = firstCell(y, pool.dilationHeight);
      const rows = lastCell(y, pool.dilationHeight, pool.height, pool.inHeight) - top;
      const first = dx + (y + top * pool.dilationHeight) * line;
      for (let j = 0; j < pool.outWidth; j++, dy += pixel) {
        const x = j * pool.strideWidth - pool.padLeft;
        const left = firstCell(x, pool.dilationWidth);
        const columns = lastCell(x, pool.dilationWidth, pool.width, pool.inWidth) - left;
        if (rows <= 0 || columns <= 0) continue;
        const cell = first + (x + left * pool.dilationWidth) * pixel;
        addShares(cell, dy, channels, <f32>1 / <f32>(rows * columns), rows, columns, rowStep, columnStep);
      }
    }
    if (cleared < pool.inHeight) clearFloats(dx + cleared * line, (pool.inHeight - cleared) * line);
  }
}
