import { test } from 'vitest';
import type { DType } from '../../../src/base/dtype.js';
import { broadcastShapes } from '../../../src/base/shape.js';
import { booleans, check, floats, type HostOperand, integers, normal, PAIRS, SIZES, whole } from './against-cpu.js';

test.each([
  ...(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
  ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const),
])('%s', (fn) => {
  for (const [a, b] of PAIRS) {
    check(`${fn} of [${a}] and [${b}]`, {
      inputs: [whole(3, ...a), whole(3, ...b)],
      outputs: [['bool', broadcastShapes(fn, a, b)]],
      run: (kernels, [left, right], [out]) => kernels.compare(fn, left, right, out),
    });
  }
  check(`${fn} of NaN`, {
    inputs: [floats([3], [Number.NaN, 1, Number.NaN]), floats([3], [Number.NaN, Number.NaN, 0])],
    outputs: [['bool', [3]]],
    run: (kernels, [left, right], [out]) => kernels.compare(fn, left, right, out),
  });
});

test('select', () => {
  for (const size of SIZES) {
    for (const other of [size, 1]) {
      check(`select of ${size} and ${other}`, {
        inputs: [booleans(size), normal(size), normal(other)],
        outputs: [['float32', [size]]],
        run: (kernels, [condition, a, b], [out]) => kernels.select(condition, a, b, out),
      });
    }
  }
});

test('cast', () => {
  const cases: readonly [(...shape: number[]) => HostOperand, DType][] = [
    [(size) => integers(1000, size), 'float32'],
    [booleans, 'float32'],
    [(size) => whole(3, size), 'bool'],
    [normal, 'int32'],
  ];
  for (const size of SIZES) {
    for (const [make, dtype] of cases) {
      const x = make(size);
      check(`${x.dtype} to ${dtype}, ${size}`, {
        inputs: [x],
        outputs: [[dtype, [size]]],
        run: (kernels, [operand], [out]) => kernels.cast(operand, out),
      });
    }
  }
});
