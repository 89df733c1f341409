import type { Padding } from '../../../base/geometry.js';
import { add } from '../../../ops/arithmetic.js';
import { avgPool } from '../../../ops/avg-pool.js';
import { batchNorm } from '../../../ops/batch-norm.js';
import { conv1d } from '../../../ops/conv1d.js';
import { conv2d, fusedConv2d } from '../../../ops/conv2d.js';
import { conv2dTranspose } from '../../../ops/conv2d-transpose.js';
import { depthwiseConv2d } from '../../../ops/depthwise-conv2d.js';
import { dilation2d } from '../../../ops/dilation2d.js';
import { localResponseNormalization } from '../../../ops/local-response-normalization.js';
import { maxPool, maxPoolWithArgmax } from '../../../ops/max-pool.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { OpCall } from '../op-call.js';
import { applyAll, epilogue } from './epilogue.js';
import type { GraphOps } from './graph-ops.js';

/** Convolutions, pools and normalizations of images. */
export const CONVOLUTION: GraphOps = {
  Conv1D: (call) => {
    call.assertChannelsLast();
    const { attributes } = call;
    const padding = attributes.text('padding').toLowerCase() as 'same' | 'valid';
    return conv1d(
      call.tensor(0),
      call.tensor(1),
      attributes.number('stride'),
      padding,
      'NWC',
      attributes.number('dilation', 1),
    );
  },
  Conv2D: (call) => {
    const { strides, padding, dilations } = window(call);
    return conv2d(call.tensor(0), call.tensor(1), strides, padding, 'NHWC', dilations);
  },
  _FusedConv2D: (call) => {
    const { bias, fused, finish } = epilogue(call);
    return finish(fusedConv2d({ x: call.tensor(0), filter: call.tensor(1), ...window(call), bias, ...fused }));
  },
  Conv2DBackpropInput: (call) => {
    const { strides, padding, dilations } = window(call);
    return conv2dTranspose(call.tensor(2), call.tensor(1), call.numbers(0), strides, padding, dilations);
  },
  DepthwiseConv2d: depthwise,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: (call) => applyAll(call, depthwise(call), add),
  Dilation2D: (call) => {
    const pair = (name: string) => call.attributes.numbers(name).slice(1, 3) as [number, number];
    const padding = call.attributes.text('padding').toLowerCase() as 'same' | 'valid';
    return dilation2d(call.tensor(0), call.tensor(1), pair('strides'), padding, pair('rates'));
  },

  AvgPool: (call) => {
    const { size, strides, padding } = pooling(call);
    return avgPool(call.tensor(0), size, strides, padding);
  },
  MaxPool: (call) => {
    const { size, strides, padding } = pooling(call);
    return maxPool(call.tensor(0), size, strides, padding);
  },
  MaxPoolWithArgmax: (call) => {
    const { size, strides, padding } = pooling(call);
    const batched = call.attributes.flag('include_batch_in_index');
    const { result, indexes } = maxPoolWithArgmax(call.tensor(0), size, strides, padding as 'same' | 'valid', batched);
    return [result, indexes];
  },

  FusedBatchNorm: normalization,
  FusedBatchNormV2: normalization,
  FusedBatchNormV3: normalization,
  LRN: (call) => {
    const { attributes } = call;
    const [radius, bias, alpha, beta] = [
      attributes.number('depth_radius', 5),
      attributes.number('bias', 1),
      attributes.number('alpha', 1),
      attributes.number('beta', 0.5),
    ];
    return localResponseNormalization(call.tensor(0), radius, bias, alpha, beta);
  },
};

function window(call: OpCall): { strides: [number, number]; padding: Padding; dilations: [number, number] } {
  call.assertChannelsLast();
  const pair = (name: string, missing?: readonly number[]) =>
    call.attributes.numbers(name, missing).slice(1, 3) as [number, number];
  return { strides: pair('strides'), padding: paddingOf(call), dilations: pair('dilations', [1, 1, 1, 1]) };
}

function paddingOf(call: OpCall): Padding {
  const padding = call.attributes.text('padding').toLowerCase();
  if (padding === 'same' || padding === 'valid') return padding;
  if (padding !== 'explicit') throw call.fail(`padding is ${padding}, expected SAME, VALID or EXPLICIT`);
  const [, , top, bottom, left, right] = call.attributes.numbers('explicit_paddings');
  return [
    [top, bottom],
    [left, right],
  ];
}

function depthwise(call: OpCall): Tensor {
  const { strides, padding, dilations } = window(call);
  return depthwiseConv2d(call.tensor(0), call.tensor(1), strides, padding, 'NHWC', dilations);
}

function pooling(call: OpCall): { size: [number, number]; strides: [number, number]; padding: Padding } {
  call.assertChannelsLast();
  const pair = (name: string) => call.attributes.numbers(name).slice(1, 3) as [number, number];
  return { size: pair('ksize'), strides: pair('strides'), padding: paddingOf(call) };
}

/** Only the first output is computed: the others are for training. */
function normalization(call: OpCall): Tensor {
  call.assertChannelsLast();
  if (call.attributes.flag('is_training')) throw call.fail('is_training, expected a graph for prediction');
  const [x, scale, offset, mean, variance] = call.tensors(0, 5);
  return batchNorm(x, mean, variance, offset, scale, call.attributes.number('epsilon', 0.0001));
}
