import { bincount, denseBincount } from '../../../ops/bincount.js';
import { sum } from '../../../ops/broadcast.js';
import { all, any, argMax, argMin, max, mean, min, prod } from '../../../ops/reductions.js';
import { topk } from '../../../ops/top-k.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { GraphOps } from './graph-ops.js';

const reduction =
  (f: (x: Tensor, axis: readonly number[], keepDims: boolean) => Tensor): GraphOps[string] =>
  (call) =>
    f(call.tensor(0), call.numbers(1), call.attributes.flag('keep_dims'));

const argReduction =
  (f: (x: Tensor, axis: number) => Tensor): GraphOps[string] =>
  (call) =>
    f(call.tensor(0), call.count > 1 ? call.number(1) : 0);

/** Ops that make one value of many. */
export const REDUCTIONS: GraphOps = {
  All: reduction(all),
  Any: reduction(any),
  Max: reduction(max),
  Mean: reduction(mean),
  Min: reduction(min),
  Prod: reduction(prod),
  Sum: reduction(sum),
  ArgMax: argReduction(argMax),
  ArgMin: argReduction(argMin),
  TopK: (call) => {
    const { values, indices } = topk(call.tensor(0), call.attributes.number('k'), call.attributes.flag('sorted', true));
    return [values, indices];
  },
  TopKV2: (call) => {
    const { values, indices } = topk(call.tensor(0), call.number(1), call.attributes.flag('sorted', true));
    return [values, indices];
  },
  Bincount: (call) => bincount(call.tensor(0), call.tensor(2), call.number(1)),
  DenseBincount: (call) =>
    denseBincount(call.tensor(0), call.tensor(2), call.number(1), call.attributes.flag('binary_output')),
};
