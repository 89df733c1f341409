import { describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import { differentiate } from '../../src/autograd/differentiate.js';
import { GradientReducer } from '../../src/mpi/gradient-reducer.js';
import type { Replicas } from '../../src/mpi/replicas.js';
import { shardOf } from '../../src/mpi/rows.js';
import { relu } from '../../src/ops/activations.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { matMul } from '../../src/ops/matmul.js';
import { randomNormal } from '../../src/ops/random.js';
import { dispose, tidy } from '../../src/tensor/scope.js';
import { variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/** Two processes that hold the same values: a sum is the double. Reductions end when they are waited for. */
function twins(sent: number[]): Replicas {
  const double = (values: Float32Array | Float64Array | Int32Array | Uint8Array) => {
    for (let i = 0; i < values.length; i++) values[i] *= 2;
  };
  return {
    rank: 0,
    size: 2,
    describe: () => 'rank 0 of 2',
    meet: async () => {},
    alone: (callback) => callback(),
    allReduce: double,
    startAllReduce: (values) => {
      sent.push(values.length);
      return { test: () => false, wait: () => double(values) };
    },
    broadcast: () => {},
    broadcastText: (text) => text,
    agree: () => {},
    abort: () => {},
  };
}

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  test('gradients are summed in the order in which the walk finishes them, large ones where they lie', async () => {
    await startBackend(backend);
    const x = randomNormal([4, 600]);
    const large = variable(randomNormal([600, 500]));
    const small = variable(randomNormal([500, 3]));
    const shared = variable(randomNormal([3]));
    const unused = variable(randomNormal([2]));
    const loss = () => tidy(() => sum(mul(add(matMul(relu(matMul(x, large)), small), shared), shared)));
    const sources = [large, small, shared, unused];

    const alone = differentiate(loss, sources);
    const sent: number[] = [];
    const order: number[] = [];
    const reducer = new GradientReducer(twins(sent));
    const together = differentiate(loss, sources, undefined, undefined, {
      final: (index, gradient) => {
        order.push(index);
        reducer.final(index, gradient);
      },
      progress: () => reducer.progress(),
    });
    reducer.finish();

    // `shared` is read twice, first by the addition; behind it no gradient can come any more.
    expect(order).toEqual([2, 1, 0]);
    expect(sent).toEqual([600 * 500, 3 + 500 * 3]);
    expect(together.gradients[3]).toBeUndefined();
    for (const [index, gradient] of together.gradients.slice(0, 3).entries()) {
      const expected = alone.gradients[index]!.dataSync().map((value) => value * 2);
      expect(gradient!.dataSync()).toEqual(expected);
    }
    dispose([x, ...sources, alone.value, together.value, alone.gradients, together.gradients]);
  });
});

test('rows of a batch are dealt out evenly, and none twice', () => {
  for (const [total, size] of [
    [12, 3],
    [13, 3],
    [2, 4],
    [1, 1],
  ]) {
    const shards = Array.from({ length: size }, (_, rank) => shardOf({ ...twins([]), rank, size }, total));
    const counted = shards.filter(({ fraction }) => fraction > 0);
    expect(counted.flatMap(({ first, rows }) => Array.from({ length: rows }, (_, i) => first + i))).toEqual(
      Array.from({ length: total }, (_, i) => i),
    );
    expect(shards.reduce((sum, { fraction }) => sum + fraction, 0)).toBeCloseTo(1, 12);
    expect(Math.max(...shards.map(({ rows }) => rows)) - Math.min(...shards.map(({ rows }) => rows))).toBeLessThan(2);
  }
});
