import { broadcastTo } from '../../../ops/broadcast.js';
import { cast } from '../../../ops/cast.js';
import { gather } from '../../../ops/gather.js';
import { gatherND, scatterND, tensorScatterUpdate, unsortedSegmentSum } from '../../../ops/gather-nd.js';
import * as image from '../../../ops/image.js';
import { reshape } from '../../../ops/reshape.js';
import { lowerBound, upperBound } from '../../../ops/search-sorted.js';
import type { OpCall } from '../op-call.js';
import type { GraphOps } from './graph-ops.js';

type Size = [number, number];

/** Ops that pick by indices, and those of images and their boxes. */
export const SELECTION: GraphOps = {
  Gather: (call) => gather(call.tensor(0), cast(call.tensor(1), 'int32'), 0),
  GatherV2: (call) =>
    gather(call.tensor(0), cast(call.tensor(1), 'int32'), call.number(2), call.attributes.number('batch_dims', 0)),
  GatherNd: (call) => gatherND(call.tensor(0), call.tensor(1)),
  ScatterNd: (call) => scatterND(call.tensor(0), call.tensor(1), call.numbers(2)),
  TensorScatterUpdate: (call) => tensorScatterUpdate(call.tensor(0), call.tensor(1), call.tensor(2)),
  UnsortedSegmentSum: (call) => unsortedSegmentSum(call.tensor(0), call.tensor(1), call.number(2)),
  SparseToDense: (call) => {
    // One row of indices a value; a vector of them is of one axis.
    const indices = call.tensor(0);
    const rows = indices.rank === 2 ? indices : reshape(indices, [indices.size, 1]);
    const shape = call.numbers(1);
    const values = broadcastTo(call.tensor(2), [rows.shape[0]]);
    return tensorScatterUpdate(broadcastTo(call.tensor(3), shape), rows, values);
  },
  LowerBound: (call) => lowerBound(call.tensor(0), call.tensor(1)),
  UpperBound: (call) => upperBound(call.tensor(0), call.tensor(1)),

  ResizeBilinear: (call) => image.resizeBilinear(call.tensor(0), call.numbers(1) as Size, ...pixelCenters(call)),
  ResizeNearestNeighbor: (call) =>
    image.resizeNearestNeighbor(call.tensor(0), call.numbers(1) as Size, ...pixelCenters(call)),
  CropAndResize: (call) => {
    const { attributes } = call;
    const method = attributes.text('method', 'bilinear') as 'bilinear' | 'nearest';
    const [x, boxes, indices] = call.tensors(0, 3);
    const size = call.numbers(3) as Size;
    return image.cropAndResize(x, boxes, indices, size, method, attributes.number('extrapolation_value', 0));
  },
};

const pixelCenters = ({ attributes }: OpCall): [boolean, boolean] => [
  attributes.flag('align_corners'),
  attributes.flag('half_pixel_centers'),
];
