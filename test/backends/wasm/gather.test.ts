import { test } from 'vitest';
import { check, integers, normal } from './against-cpu.js';

test('gather, scatterAdd and oneHot', () => {
  for (const [outer, size, inner, count] of [
    [1, 9, 4, 30],
    [3, 5, 7, 11],
    [2, 6, 1, 5],
    [1, 50, 300, 900],
  ]) {
    const indices = integers(size + 2, count);
    indices.values[0] = -1;
    const view = { outer, size, inner };
    for (const x of [normal(outer, size, inner), integers(99, outer, size, inner)]) {
      check('gather', {
        inputs: [x, indices],
        outputs: [[x.dtype, [outer, count, inner]]],
        run: (kernels, [operand, places], [out]) => kernels.gather(operand, places, out, view),
      });
    }
    check('scatterAdd', {
      inputs: [normal(outer, count, inner), indices],
      outputs: [['float32', [outer, size, inner]]],
      run: (kernels, [operand, places], [out]) => kernels.scatterAdd(operand, places, out, view),
    });
    check('oneHot', {
      inputs: [indices],
      outputs: [['float32', [count, size]]],
      run: (kernels, [places], [out]) => kernels.oneHot(places, out, 0.9, 0.1),
    });
  }
});
