import type { Taps } from './kernels.js';

/** The same weights grouped by input pixel, for gathering gradients. Short lists end in taps of weight 0. */
export function adjointTaps({ inSize, outSize, taps, index, weight }: Taps): Taps {
  const lists = Array.from({ length: inSize }, () => [] as { readonly output: number; readonly weight: number }[]);
  for (let tap = 0; tap < outSize * taps; tap++) {
    if (weight[tap] !== 0) lists[index[tap]].push({ output: Math.floor(tap / taps), weight: weight[tap] });
  }
  const longest = Math.max(1, ...lists.map((list) => list.length));
  const result = {
    inSize: outSize,
    outSize: inSize,
    taps: longest,
    index: new Int32Array(inSize * longest),
    weight: new Float64Array(inSize * longest),
  };
  for (const [input, list] of lists.entries()) {
    for (const [place, tap] of list.entries()) {
      result.index[input * longest + place] = tap.output;
      result.weight[input * longest + place] = tap.weight;
    }
  }
  return result;
}
