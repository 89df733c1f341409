import { clearFloats } from './shared/copy';
import { storeLanes } from './shared/lanes';

@unmanaged
class Resample {
  /** Forward: x; backward: the output's gradient. */
  from: usize;
  out: usize;
  images: u32;
  inHeight: u32;
  inWidth: u32;
  outHeight: u32;
  outWidth: u32;
  channels: u32;
  rowTaps: u32;
  columnTaps: u32;
  /** Input row of each tap of each output row, and its float32 weight; then the same for columns. */
  rowIndex: usize;
  rowWeight: usize;
  columnIndex: usize;
  columnWeight: usize;
  /** Rows of outputs. */
  rowsPerChunk: u32;
}

/** One output pixel of four taps, as in bilinear resizing: their positions and weights apply to all channels. */
function blend(map: Resample, image: usize, rowTap: usize, columnTap: usize, out: usize): void {
  const channels = map.channels;
  const pixel = <usize>channels << 2;
  const line = map.inWidth * pixel;
  const upper = image + load<u32>(map.rowIndex + (rowTap << 2)) * line;
  const lower = image + load<u32>(map.rowIndex + (rowTap << 2), 4) * line;
  const left = load<u32>(map.columnIndex + (columnTap << 2)) * pixel;
  const right = load<u32>(map.columnIndex + (columnTap << 2), 4) * pixel;
  const upperWeight = v128.load32_splat(map.rowWeight + (rowTap << 2));
  const lowerWeight = v128.load32_splat(map.rowWeight + (rowTap << 2), 4);
  const leftWeight = v128.load32_splat(map.columnWeight + (columnTap << 2));
  const rightWeight = v128.load32_splat(map.columnWeight + (columnTap << 2), 4);
  for (let c: u32 = 0; c < channels; c += 4) {
    const at = <usize>c << 2;
    const above = f32x4.add(
      f32x4.mul(leftWeight, v128.load(upper + left + at)),
      f32x4.mul(rightWeight, v128.load(upper + right + at)),
    );
    const below = f32x4.add(
      f32x4.mul(leftWeight, v128.load(lower + left + at)),
      f32x4.mul(rightWeight, v128.load(lower + right + at)),
    );
    const sum = f32x4.add(f32x4.mul(upperWeight, above), f32x4.mul(lowerWeight, below));
    storeLanes(out + at, sum, channels - c);
  }
}

/** Every output is the weighted sum of the pixels under its taps. */
export function resample(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const map = changetype<Resample>(job);
  const channels = map.channels;
  const pixel = <usize>channels << 2;
  const end = min(<u32>lastChunk * map.rowsPerChunk, map.images * map.outHeight);
  for (let row = <u32>firstChunk * map.rowsPerChunk; row < end; row++) {
    const image = map.from + <usize>(row / map.outHeight) * map.inHeight * map.inWidth * pixel;
    const firstRowTap = <usize>(row % map.outHeight) * map.rowTaps;
    let out = map.out + <usize>row * map.outWidth * pixel;
    for (let j: u32 = 0; j < map.outWidth; j++, out += pixel) {
      const firstColumnTap = <usize>j * map.columnTaps;
      if (map.rowTaps == 2 && map.columnTaps == 2) {
        blend(map, image, firstRowTap, firstColumnTap, out);
        continue;
      }
      for (let c: u32 = 0; c < channels; c += 4) {
        let sum = f32x4.splat(0);
        for (let t: usize = 0; t < map.rowTaps; t++) {
          const tap = (firstRowTap + t) << 2;
          const line = image + (<usize>load<u32>(map.rowIndex + tap) * map.inWidth * channels + c) * 4;
          let lineSum = f32x4.splat(0);
          for (let u: usize = 0; u < map.columnTaps; u++) {
            const column = (firstColumnTap + u) << 2;
            const weight = v128.load32_splat(map.columnWeight + column);
            const values = v128.load(line + load<u32>(map.columnIndex + column) * pixel);
            lineSum = f32x4.add(lineSum, f32x4.mul(weight, values));
          }
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(map.rowWeight + tap), lineSum));
        }
        storeLanes(out + (<usize>c << 2), sum, channels - c);
      }
    }
  }
}

/** The adjoint of `resample`: every pixel's gradient is spread to the pixels under its taps. A chunk is one image. */
export function resampleGradient(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const map = changetype<Resample>(job);
  const channels = map.channels;
  const pixel = <usize>channels << 2;
  const imageBytes = <usize>map.inHeight * map.inWidth * pixel;
  for (let n = <usize>firstChunk; n < <usize>lastChunk; n++) {
    const image = map.out + n * imageBytes;
    clearFloats(image, imageBytes);
    let dy = map.from + n * map.outHeight * map.outWidth * pixel;
    for (let i: usize = 0; i < map.outHeight; i++) {
      for (let j: usize = 0; j < map.outWidth; j++, dy += pixel) {
        for (let t = i * map.rowTaps; t < (i + 1) * map.rowTaps; t++) {
          const line = image + <usize>load<u32>(map.rowIndex + (t << 2)) * map.inWidth * pixel;
          const rowWeight = v128.load32_splat(map.rowWeight + (t << 2));
          for (let u = j * map.columnTaps; u < (j + 1) * map.columnTaps; u++) {
            const weight = f32x4.mul(rowWeight, v128.load32_splat(map.columnWeight + (u << 2)));
            const to = line + load<u32>(map.columnIndex + (u << 2)) * pixel;
            for (let c: u32 = 0; c < channels; c += 4) {
              const at = <usize>c << 2;
              storeLanes(to + at, f32x4.add(v128.load(to + at), f32x4.mul(weight, v128.load(dy + at))), channels - c);
            }
          }
        }
      }
    }
  }
}
