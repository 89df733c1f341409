/** A decoded image: `data` is [height, width, 3], 0–255. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Images with more pixels are refused before memory is allocated for them. */
export const MAX_PIXELS = 100e6;

/** @throws Error when a header claims no pixels or more than the limit */
export function assertPictureSize(width: number, height: number): void {
  if (width < 1 || height < 1) throw new Error(`${width}×${height} pixels, expected at least one`);
  if (width * height > MAX_PIXELS)
    throw new Error(`${width}×${height} pixels, over the limit of ${MAX_PIXELS / 1e6} million`);
}
