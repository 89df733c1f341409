import { varianceScaling } from '../initializers/variance-scaling.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import {
  activation,
  add,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout,
  globalAveragePooling2d,
  multiply,
  reshape,
} from '../layers/index.js';
import { padForHalving } from './mobile-blocks.js';

/** He's normal initialization by the size of the outputs. */
export const kernelInitializer = () => varianceScaling({ scale: 2, mode: 'fanOut' });

export const normalize = (x: SymbolicTensor, name: string) => batchNormalization({ name }).apply(x);
export const swish = (x: SymbolicTensor, name: string) => activation({ activation: 'swish', name }).apply(x);

/** A 1×1 convolution without bias. */
export const pointwise = (x: SymbolicTensor, filters: number, name: string) =>
  conv2d({
    filters,
    kernelSize: 1,
    padding: 'same',
    useBias: false,
    kernelInitializer: kernelInitializer(),
    name,
  }).apply(x);

/** Weigh channels by what the whole image holds of each. @see Hu et al., arXiv:1709.01507 */
function squeezeAndExcite(x: SymbolicTensor, reduced: number, name: string): SymbolicTensor {
  const channels = x.shape.at(-1) as number;
  let scale = globalAveragePooling2d({ name: `${name}se_squeeze` }).apply(x);
  scale = reshape({ targetShape: [1, 1, channels], name: `${name}se_reshape` }).apply(scale);
  const one = { kernelSize: 1, padding: 'same' } as const;
  const shrink = { filters: reduced, activation: 'swish', name: `${name}se_reduce` } as const;
  scale = conv2d({ ...one, ...shrink, kernelInitializer: kernelInitializer() }).apply(scale);
  const grow = { filters: channels, activation: 'sigmoid', name: `${name}se_expand` } as const;
  scale = conv2d({ ...one, ...grow, kernelInitializer: kernelInitializer() }).apply(scale);
  return multiply({ name: `${name}se_excite` }).apply([x, scale]);
}

interface Block {
  readonly kernelSize: number;
  readonly expansion: number;
  readonly filters: number;
  readonly strides: number;
  readonly dropRate: number;
  /** With the underscore: `block2a_`. */
  readonly name: string;
}

/** MBConv: expand, filter each channel, squeeze and excite, project; a shortcut if shapes agree. */
export function mobileBlock(x: SymbolicTensor, { kernelSize, expansion, filters, strides, dropRate, name }: Block) {
  const channels = x.shape.at(-1) as number;
  let y = x;
  if (expansion !== 1) {
    y = pointwise(y, channels * expansion, `${name}expand_conv`);
    y = swish(normalize(y, `${name}expand_bn`), `${name}expand_activation`);
  }
  if (strides === 2) y = padForHalving(y, kernelSize, `${name}dwconv_pad`);
  y = depthwiseConv2d({
    kernelSize,
    strides,
    padding: strides === 2 ? 'valid' : 'same',
    useBias: false,
    depthwiseInitializer: kernelInitializer(),
    name: `${name}dwconv`,
  }).apply(y);
  y = swish(normalize(y, `${name}bn`), `${name}activation`);
  y = squeezeAndExcite(y, Math.max(1, Math.trunc(channels / 4)), name);
  y = normalize(pointwise(y, filters, `${name}project_conv`), `${name}project_bn`);
  if (strides !== 1 || channels !== filters) return y;
  if (dropRate > 0) y = dropout({ rate: dropRate, noiseShape: [null, 1, 1, 1], name: `${name}drop` }).apply(y);
  return add({ name: `${name}add` }).apply([y, x]);
}
