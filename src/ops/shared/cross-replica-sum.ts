import { tidy } from '../../tensor/scope.js';
import { currentShard } from '../../tensor/shard.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { type Differentiable, reportOp } from '../op.js';
import { clone } from '../reshape.js';

const crossReplicaSumOp: Differentiable<{ x: Tensor }, null> = {
  name: 'crossReplicaSum',
  // Each process's x is in every process's sum, and the loss is the sum of all losses.
  gradient: (dy) => ({ x: () => crossReplicaSum(dy) }),
};

/**
 * Sum a small tensor over all processes that train one model (see `withShard`); x itself in a single process.
 * Every process must call it at the same places. Values travel over the host. Not for users: layers that are
 * synchronized, such as batch normalization, are made of it.
 */
export function crossReplicaSum(x: Tensor): Tensor {
  const shard = currentShard();
  if (!shard) return clone(x);
  x.assertAlive('crossReplicaSum');
  return tidy(() => {
    const values = x.dataSync() as Float32Array | Float64Array;
    shard.allReduce(values);
    const output = upload(values, x.shape, x.dtype);
    reportOp(crossReplicaSumOp, { inputs: { x }, options: null, output });
    return output;
  });
}
