import type { Layer } from '../../layers/base/layer.js';

/** The kind of a layer, which decides its colour; `block` is several layers folded. */
export type LayerKind =
  | 'input'
  | 'convolution'
  | 'dense'
  | 'normalization'
  | 'activation'
  | 'pooling'
  | 'merge'
  | 'dropout'
  | 'shape'
  | 'model'
  | 'block'
  | 'other';

/** Medium tones, legible on light and dark backgrounds. */
export const KIND_COLOURS: Readonly<Record<LayerKind, string>> = {
  input: '#64748b',
  convolution: '#3b6fe0',
  dense: '#8250c8',
  normalization: '#7c93ad',
  activation: '#d98324',
  pooling: '#149a80',
  merge: '#c84b97',
  dropout: '#a3a39b',
  shape: '#8d7f6d',
  model: '#7b8494',
  block: '#4c51bf',
  other: '#9aa0aa',
};

/** The first pattern that matches decides. */
const RULES: readonly (readonly [RegExp, LayerKind])[] = [
  [/^InputLayer$/, 'input'],
  [/Conv/, 'convolution'],
  [/^(Dense|Embedding)$/, 'dense'],
  [/Normalization|LRN/, 'normalization'],
  [/Pooling/, 'pooling'],
  [/^(Add|Subtract|Multiply|Average|Maximum|Minimum|Concatenate|Dot)$/, 'merge'],
  [/Dropout|Noise|^Random/, 'dropout'],
  [/^(Activation|Softmax|.*ReLU|P?R?ELU)$/i, 'activation'],
  [/^(Flatten|Reshape|Permute|ZeroPadding|Cropping|UpSampling|Resizing|Rescaling|CenterCrop|RepeatVector)/, 'shape'],
  [/^(Functional|Model|Sequential)$/, 'model'],
];

export function layerKind(className: string): LayerKind {
  return RULES.find(([pattern]) => pattern.test(className))?.[1] ?? 'other';
}

const size = (value: unknown): string => {
  const [height, width] = Array.isArray(value) ? value : [value, value];
  return `${height}×${width}`;
};

const isOne = (value: unknown): boolean => [value].flat().every((each) => each === 1);

/** Return details of a layer other than its shape: window, stride, factor, rate. */
export function layerDetail(layer: Layer): string {
  const config = layer.getConfig();
  const window = config.kernelSize ?? config.poolSize;
  if (window !== undefined) {
    const strides = [config.strides].flat();
    return size(window) + (isOne(strides) || strides[0] === undefined ? '' : ` /${[...new Set(strides)].join('×')}`);
  }
  if (layer.className.startsWith('UpSampling')) return `×${[...new Set([config.size].flat())].join('×')}`;
  if (typeof config.rate === 'number') return String(config.rate);
  if (layer.className === 'Activation' && typeof config.activation === 'string') return config.activation;
  return '';
}
