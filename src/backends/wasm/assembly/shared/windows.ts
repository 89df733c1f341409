/** Fields that describe pooling windows; `poolFields` of pooling.ts writes them. */
@unmanaged
export class Windows {
  inHeight: i32;
  inWidth: i32;
  outHeight: i32;
  outWidth: i32;
  height: i32;
  width: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  channels: i32;
  images: i32;
  /** Of all images, or images of a chunk. */
  perChunk: i32;
  /** 1 if every window is 2×2 pixels on the image. */
  isTwoByTwo: i32;

  /** Bytes of a pixel. */
  // @ts-ignore: decorator
  @inline
  get pixel(): usize {
    return <usize>this.channels << 2;
  }

  /** Bytes of a row of the image. */
  // @ts-ignore: decorator
  @inline
  get line(): usize {
    return <usize>this.inWidth * this.pixel;
  }

  /** Bytes from a cell of a window to the one below. */
  // @ts-ignore: decorator
  @inline
  get rowStep(): usize {
    return <usize>this.dilationHeight * this.line;
  }

  /** Bytes from a cell of a window to the one on its right. */
  // @ts-ignore: decorator
  @inline
  get columnStep(): usize {
    return <usize>this.dilationWidth * this.pixel;
  }
}

/** First cell of a window on the image; `start` is the window's first pixel. */
// @ts-ignore: decorator
@inline
export function firstCell(start: i32, dilation: i32): i32 {
  return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
}

/** One past the last cell on the image. */
// @ts-ignore: decorator
@inline
export function lastCell(start: i32, dilation: i32, cells: i32, size: i32): i32 {
  return start >= size ? 0 : min(cells, (size - 1 - start) / dilation + 1);
}
