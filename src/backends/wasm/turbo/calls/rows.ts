import { family, indices, type KernelCall, positive, result, signed } from '../kernel-call.js';

function overRows(count: number, length: number): KernelCall[] {
  const x = signed(count, length);
  const [softmax, entropy, reductions, movement] = ['softmax', 'cross-entropy', 'reductions', 'data movement'].map(
    family,
  );
  return [
    softmax([x, result(x.shape)], (kernels, [values, out]) => kernels.softmax(values, out)),
    softmax([x, result(x.shape)], (kernels, [values, out]) => kernels.logSoftmax(values, out)),
    ...[positive(count, length), indices(count)].flatMap((labels) => [
      entropy([x, labels, result([count])], (kernels, [logits, y, out]) =>
        kernels.softmaxCrossentropy!(logits, y, out),
      ),
      entropy([signed(count), x, labels, result(x.shape)], (kernels, [dy, logits, y, out]) =>
        kernels.softmaxCrossentropyGradient!(dy, logits, y, out),
      ),
    ]),
    ...(['sum', 'mean', 'max', 'min'] as const).flatMap((fn) => [
      reductions([x, result([count])], (kernels, [values, out]) =>
        kernels.reduce(fn, values, out, { outer: count, size: length, inner: 1 }),
      ),
      reductions([x, result([length])], (kernels, [values, out]) =>
        kernels.reduce(fn, values, out, { outer: 1, size: count, inner: length }),
      ),
    ]),
    ...(['argMax', 'argMin'] as const).map((fn) =>
      reductions([x, result([count], 'int32')], (kernels, [values, out]) =>
        kernels.argReduce(fn, values, out, { outer: count, size: length, inner: 1 }),
      ),
    ),
    movement([x, result([length, count])], (kernels, [values, out]) => kernels.transpose(values, out, [1, 0])),
    movement([x, result([count + 3, length + 2])], (kernels, [values, out]) => kernels.pad(values, out, [1, 2], 0.5)),
    movement([x, indices(5), result([5, length])], (kernels, [values, places, out]) =>
      kernels.gather(values, places, out, { outer: 1, size: count, inner: length }),
    ),
    movement([signed(5, length), indices(5), result(x.shape)], (kernels, [values, places, out]) =>
      kernels.scatterAdd(values, places, out, { outer: 1, size: count, inner: length }),
    ),
  ];
}

/** Sums so long that they are cut into pieces, which are then added. */
const longSums: readonly KernelCall[] = [
  family('reductions')([signed(20001), result([1])], (kernels, [values, out]) =>
    kernels.reduce('mean', values, out, { outer: 1, size: 20001, inner: 1 }),
  ),
  family('reductions')([signed(1500, 13), result([13])], (kernels, [values, out]) =>
    kernels.reduce('max', values, out, { outer: 1, size: 1500, inner: 13 }),
  ),
];

export const ROW_CALLS: readonly KernelCall[] = [...overRows(11, 37), ...longSums];
