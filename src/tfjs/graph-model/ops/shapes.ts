import { broadcastTo, tile } from '../../../ops/broadcast.js';
import { broadcastArgs } from '../../../ops/broadcast-args.js';
import { cast } from '../../../ops/cast.js';
import { concat, split, stack, unstack } from '../../../ops/concat.js';
import { fill, linspace, oneHot, onesLike, range, tensor, zerosLike } from '../../../ops/creation.js';
import { mirrorPad, pad } from '../../../ops/pad.js';
import { batchToSpaceND, depthToSpace, diag, ensureShape, spaceToBatchND } from '../../../ops/rearrange.js';
import { clone, expandDims, reshape, squeeze } from '../../../ops/reshape.js';
import { reverse } from '../../../ops/reverse.js';
import { slice, stridedSlice } from '../../../ops/slice.js';
import { transpose } from '../../../ops/transpose.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { know } from '../known-numbers.js';
import type { OpCall } from '../op-call.js';
import type { TensorList } from '../values.js';
import type { GraphOps } from './graph-ops.js';

const same = (call: OpCall): Tensor | TensorList => call.same(0);

/** A tensor of numbers that the host knows. */
const knownTensor = (values: number[], shape: number[]): Tensor => know(tensor(values, shape, 'int32'), values);

/** Ops that give, take or change shapes, and make tensors of a shape. */
export const SHAPES: GraphOps = {
  Identity: same,
  IdentityN: (call) => call.tensors().map((each) => clone(each)),
  Snapshot: same,
  StopGradient: same,
  PreventGradient: same,
  FakeQuantWithMinMaxVars: same,
  Cast: (call) => cast(call.tensor(0), call.attributes.dtype('DstT')),
  NoOp: () => [],
  Assert: () => [],
  Print: same,

  Shape: (call) => {
    const { shape } = call.tensor(0);
    return knownTensor([...shape], [shape.length]);
  },
  ShapeN: (call) => call.tensors().map(({ shape }) => knownTensor([...shape], [shape.length])),
  Size: (call) => knownTensor([call.tensor(0).size], []),
  Rank: (call) => knownTensor([call.tensor(0).rank], []),
  Reshape: (call) => reshape(call.tensor(0), call.numbers(1)),
  EnsureShape: (call) => ensureShape(call.tensor(0), call.attributes.shape('shape') ?? call.tensor(0).shape),
  ExpandDims: (call) => expandDims(call.tensor(0), call.number(1)),
  Squeeze: (call) => {
    const axes = call.attributes.numbers(call.attributes.has('axis') ? 'axis' : 'squeeze_dims', []);
    return squeeze(call.tensor(0), axes.length > 0 ? axes : undefined);
  },
  Transpose: (call) => transpose(call.tensor(0), call.numbers(1)),
  BroadcastTo: (call) => broadcastTo(call.tensor(0), call.numbers(1)),
  BroadcastArgs: (call) => broadcastArgs(call.tensor(0), call.tensor(1)),
  Tile: (call) => tile(call.tensor(0), call.numbers(1)),

  ConcatV2: (call) => joined(call, call.tensors(0, call.count - 1), call.number(call.count - 1)),
  Concat: (call) => joined(call, call.tensors(1), call.number(0)),
  Pack: (call) => stack(call.tensors(), call.attributes.number('axis', 0)),
  Unpack: (call) => unstack(call.tensor(0), call.attributes.number('axis', 0)),
  Split: (call) => split(call.tensor(1), call.attributes.number('num_split', 1), call.number(0)),
  SplitV: (call) => split(call.tensor(0), call.numbers(1), call.number(2)),
  Slice: (call) => slice(call.tensor(0), call.numbers(1), call.numbers(2)),
  StridedSlice: (call) => {
    const { attributes } = call;
    const mask = (name: string) => attributes.number(`${name}_mask`, 0);
    return stridedSlice(
      call.tensor(0),
      call.numbers(1),
      call.numbers(2),
      call.numbers(3),
      mask('begin'),
      mask('end'),
      mask('ellipsis'),
      mask('new_axis'),
      mask('shrink_axis'),
    );
  },
  Pad: (call) => pad(call.tensor(0), call.pairs(1)),
  PadV2: (call) => pad(call.tensor(0), call.pairs(1), call.number(2)),
  MirrorPad: (call) =>
    mirrorPad(call.tensor(0), call.pairs(1), call.attributes.text('mode').toLowerCase() as 'reflect' | 'symmetric'),
  Reverse: (call) =>
    reverse(
      call.tensor(0),
      call.numbers(1).flatMap((flag, axis) => (flag ? [axis] : [])),
    ),
  ReverseV2: (call) => reverse(call.tensor(0), call.numbers(1)),
  BatchToSpaceND: (call) => batchToSpaceND(call.tensor(0), call.numbers(1), call.pairs(2)),
  SpaceToBatchND: (call) => spaceToBatchND(call.tensor(0), call.numbers(1), call.pairs(2)),
  DepthToSpace: (call) => {
    call.assertChannelsLast();
    return depthToSpace(call.tensor(0), call.attributes.number('block_size'));
  },
  Diag: (call) => diag(call.tensor(0)),

  Fill: (call) => cast(fill(call.numbers(0), call.number(1)), call.tensor(1).dtype),
  ZerosLike: (call) => zerosLike(call.tensor(0)),
  OnesLike: (call) => onesLike(call.tensor(0)),
  Range: (call) => range(call.number(0), call.number(1), call.number(2), call.attributes.dtype('Tidx', 'int32')),
  LinSpace: (call) => linspace(call.number(0), call.number(1), call.number(2)),
  OneHot: (call) => {
    const { attributes } = call;
    const dtype = attributes.dtype('T', 'float32');
    return oneHot(call.tensor(0), call.number(1), call.number(2), call.number(3), dtype);
  },
};

/** Join tensors; TensorFlow leaves empty ones of other ranks out. */
function joined(call: OpCall, tensors: readonly Tensor[], axis: number): Tensor {
  const filled = tensors.filter(({ size }) => size > 0);
  if (filled.length === 0) return clone(tensors[0]);
  if (axis >= filled[0].rank) throw call.fail(`axis is ${axis}, expected one of ${filled[0].rank}`);
  return concat(filled, axis);
}
