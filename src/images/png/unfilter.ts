/** Undo the filter of a row; its first byte is the filter's number. @see https://www.w3.org/TR/png-3/#9Filter-types */
export function unfilter(row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  const { length } = row;
  switch (row[0]) {
    case 0:
      return;
    case 1:
      for (let i = 1 + pixelBytes; i < length; i++) row[i] += row[i - pixelBytes];
      return;
    case 2:
      for (let i = 1; i < length; i++) row[i] += above[i];
      return;
    case 3:
      for (let i = 1; i < length; i++) row[i] += ((i > pixelBytes ? row[i - pixelBytes] : 0) + above[i]) >> 1;
      return;
    case 4:
      for (let i = 1; i < length; i++) {
        const isFirst = i <= pixelBytes;
        row[i] += nearest(isFirst ? 0 : row[i - pixelBytes], above[i], isFirst ? 0 : above[i - pixelBytes]);
      }
      return;
    default:
      throw new Error(`a row has filter ${row[0]}, expected 0 to 4`);
  }
}

/** Paeth's predictor: the one of three neighbours that is nearest to left + up − corner. */
function nearest(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
