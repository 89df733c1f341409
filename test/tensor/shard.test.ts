import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autograd/gradients.js';
import { mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { tensor } from '../../src/ops/creation.js';
import { dropout } from '../../src/ops/dropout.js';
import { randomNormal, randomUniform } from '../../src/ops/random.js';
import { crossReplicaSum } from '../../src/ops/shared/cross-replica-sum.js';
import { getRandomState, setSeed, uniformValues } from '../../src/tensor/random.js';
import { type Shard, withShard } from '../../src/tensor/shard.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { startBackend } from '../support/backends.js';

await startBackend('cpu');

const TOTAL = 7;
const PARTS = [
  { first: 0, rows: 3 },
  { first: 3, rows: 2 },
  { first: 5, rows: 2 },
];

const shard = (part: { first: number; rows: number }): Shard => ({
  ...part,
  total: TOTAL,
  processes: PARTS.length,
  fraction: part.rows / TOTAL,
  allReduce: (values) => {
    for (let i = 0; i < values.length; i++) values[i] *= 3;
  },
});

const numbers = (x: Tensor): number[] => [...x.dataSync()];

describe('draws for a part of a batch are those of its rows', () => {
  test.each<[string, (rows: number) => readonly number[]]>([
    ['uniform', (rows) => numbers(randomUniform([rows, 5]))],
    ['normal, an odd number a row', (rows) => numbers(randomNormal([rows, 3]))],
    ['normal, one number per row', (rows) => numbers(randomNormal([rows]))],
    ['with a seed', (rows) => numbers(randomNormal([rows, 3], 0, 1, 'float32', 5))],
    ['dropout', (rows) => numbers(dropout(tensor(new Array(rows * 4).fill(1), [rows, 4]), 0.5))],
    ['one number per image', (rows) => [...uniformValues(rows, undefined, rows)]],
  ])('%s', (_, draw) => {
    setSeed(3);
    const whole = draw(TOTAL);
    const after = getRandomState();
    const parts = PARTS.flatMap((part) => {
      setSeed(3);
      const drawn = withShard(shard(part), () => draw(part.rows));
      expect(getRandomState()).toEqual(after);
      return drawn;
    });
    expect(parts).toEqual(whole);
  });

  test('a draw that is not for rows is the same everywhere', () => {
    const [first, second] = PARTS.map((part) => {
      setSeed(3);
      return withShard(shard(part), () => [...uniformValues(2), ...numbers(randomUniform([4, 4]))]);
    });
    expect(second).toEqual(first);
  });
});

test('crossReplicaSum adds up over processes, in its gradient too', () => {
  const x = tensor([1, 2]);
  const square = (value: Tensor) => sum(mul(crossReplicaSum(value), crossReplicaSum(value)));
  expect(numbers(grad(square)(x))).toEqual([2, 4]);
  // Three processes with the same x: y = 3x, and dL/dx sums dL/dy = 2y of all three.
  withShard(shard(PARTS[0]), () => {
    expect(numbers(crossReplicaSum(x))).toEqual([3, 6]);
    expect(numbers(grad(square)(x))).toEqual([18, 36]);
  });
});
