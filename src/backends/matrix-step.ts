/**
 * Return the step between the matrices of a batched product, if the matrix of entry e is number e · step; undefined
 * if a list is needed.
 */
export function matrixStep(matrices: readonly number[]): number | undefined {
  return [0, 1].find((step) => matrices.every((matrix, entry) => matrix === entry * step));
}
