import { clearFloats, copyFloats } from './shared/copy';

@unmanaged
class PadImages {
  x: usize;
  out: usize;
  height: u32;
  width: u32;
  top: u32;
  left: u32;
  outHeight: u32;
  outWidth: u32;
  channels: u32;
  /** Rows of all output images together. */
  rows: u32;
  rowsPerChunk: u32;
}

/** Copies images into a frame of zeros. */
export function padImages(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  const pad = changetype<PadImages>(job);
  const pixel = <usize>pad.channels * 4;
  const rowBytes = <usize>pad.outWidth * pixel;
  const leftBytes = pad.left * pixel;
  const innerBytes = pad.width * pixel;
  const end = min(<u32>lastChunk * pad.rowsPerChunk, pad.rows);
  for (let row = <u32>firstChunk * pad.rowsPerChunk; row < end; row++) {
    const image = row / pad.outHeight;
    const y = (row % pad.outHeight) - pad.top;
    const out = pad.out + row * rowBytes;
    if (y >= pad.height) {
      clearFloats(out, rowBytes);
      continue;
    }
    clearFloats(out, leftBytes);
    copyFloats(out + leftBytes, pad.x + (image * pad.height + y) * innerBytes, innerBytes);
    clearFloats(out + leftBytes + innerBytes, rowBytes - leftBytes - innerBytes);
  }
}
