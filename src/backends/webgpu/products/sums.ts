export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Names of a thread's sums, row by row, four columns in a vector. */
const namesOf = (rows: number, columns: number): string[] =>
  range(rows).flatMap((i) => range(columns / 4).map((part) => `sum${i}${part}`));

/** Lines that set the sums of `rows` by `columns` to zero. */
export const zeroSums = (rows: number, columns: number): string =>
  namesOf(rows, columns)
    .map((name) => `var ${name} = vec4<f32>();`)
    .join('\n  ');

/**
 * Lines that store a thread's sums at `row`, `column` of the result, from `start` on.
 * @param isWide whether four columns are one vector of the result
 */
export function storeSums(rows: number, columns: number, isWide: boolean): string {
  const lines: string[] = [];
  for (const i of range(rows)) {
    for (const part of range(columns / 4)) {
      const at = `start + ${i}u * u.row + ${4 * part}u`;
      const values = range(4).map((j) => `finish(sum${i}${part}.${'xyzw'[j]}, channel + ${4 * part + j}u)`);
      if (isWide) {
        const isInside = `row + ${i}u < u.m && column + ${4 * part}u < u.n`;
        lines.push(`if (${isInside}) { y[(${at}) / 4u] = vec4<f32>(${values.join(', ')}); }`);
      } else {
        lines.push(`if (row + ${i}u < u.m) {`);
        for (const [j, value] of values.entries()) {
          lines.push(`  if (column + ${4 * part + j}u < u.n) { y[${at} + ${j}u] = ${value}; }`);
        }
        lines.push('}');
      }
    }
  }
  return lines.join('\n  ');
}

/**
 * The same in a loop that stores the first vector and moves the others up by one: the text, which drivers compile, is
 * of one vector, and no register is indexed.
 */
export function storeSumsInTurn(rows: number, columns: number): string {
  const parts = columns / 4;
  const names = namesOf(rows, columns);
  const moves = names.slice(1).map((name, at) => `${names[at]} = ${name};`);
  const stores = range(4).map(
    (j) => `if (column + left + ${j}u < u.n) { y[at + ${j}u] = finish(sum00.${'xyzw'[j]}, channel + left + ${j}u); }`,
  );
  return `for (var i = 0u; i < ${names.length}u; i++) {
    let left = i % ${parts}u * 4u;
    let at = start + i / ${parts}u * u.row + left;
    if (row + i / ${parts}u < u.m) {
      ${stores.join('\n      ')}
    }
    ${moves.join('\n    ')}
  }`;
}
