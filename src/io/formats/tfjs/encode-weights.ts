import { sizeOf } from '../../../base/shape.js';
import type { Layer } from '../../../layers/base/layer.js';
import type { Model } from '../../../models/model.js';
import type { Quantization, WeightSpec } from '../../../training/options/model-artifacts.js';
import { toHalfFloats } from '../../bytes/half-floats.js';
import { joined } from '../../bytes/joined.js';
import { dtypeOf, type NamedArray, type StoredArray } from '../../bytes/stored-array.js';
import { layerPaths, ownWeights, sharesScope, weightArrays } from '../../weights/layer-tree.js';

export interface EncodedWeights {
  readonly specs: readonly WeightSpec[];
  readonly data: ArrayBuffer;
}

/** tfjs's names of weights that have other names in Keras 3. */
const RENAMED: Readonly<Record<string, string>> = { 'DepthwiseConv2D/kernel': 'depthwise_kernel' };

/** Return a model's weights under tfjs's names: `conv2d/kernel`, `lstm/kernel`, `bidirectional/forward_lstm/kernel`. */
export async function tfjsWeights(model: Model): Promise<NamedArray[]> {
  const values = await weightArrays(model);
  const scopes = new Map<Layer, string>();
  return layerPaths(model).flatMap(({ layer }) => {
    for (const inner of layer.sublayers) scopes.set(inner, innerScope(layer, inner, scopes));
    const scope = scopes.get(layer) ?? layer.name;
    return ownWeights(layer).map((weight) => {
      const name = RENAMED[`${layer.className}/${weight.name}`] ?? weight.name;
      return { name: `${scope}/${name}`, ...values.get(weight)! };
    });
  });
}

/** In tfjs, a cell and the layer of a TimeDistributed are built under the name of the enclosing layer. */
function innerScope(outer: Layer, inner: Layer, scopes: ReadonlyMap<Layer, string>): string {
  const scope = scopes.get(outer) ?? outer.name;
  if (outer.className === 'Bidirectional') return `${scope}/${inner.name}`;
  return sharesScope(outer, inner) ? scope : inner.name;
}

/** Concatenate the bytes of arrays; float64 is converted to float32. */
export function encodeWeights(arrays: readonly NamedArray[], quantize?: Quantization): EncodedWeights {
  const packed = arrays.map(({ name, ...array }) => encodeArray(name, array, quantize));
  const bytes = packed.map((each) => each.bytes);
  const size = bytes.reduce((total, { length }) => total + length, 0);
  // A single piece is returned without a copy, and may be part of a larger buffer.
  const data = new Uint8Array(joined(bytes, size));
  return { specs: packed.map(({ spec }) => spec), data: data.buffer };
}

interface Packed {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array;
}

function encodeArray(name: string, array: StoredArray, quantize: Quantization | undefined): Packed {
  const { shape } = array;
  const dtype = dtypeOf(array);
  if (dtype === 'int32' || dtype === 'bool') {
    return { spec: { name, shape, dtype }, bytes: bytesOf(array.values) };
  }
  const values = Float32Array.from(array.values);
  const spec = { name, shape, dtype: 'float32' } as const;
  if (quantize === undefined) return { spec, bytes: bytesOf(values) };
  if (quantize === 'float16') {
    const quantization = { dtype: quantize, original_dtype: 'float32' } as const;
    return { spec: { ...spec, quantization }, bytes: toHalfFloats(values) };
  }
  const { scale, min, steps } = quantized(values, sizeOf(shape), quantize);
  return { spec: { ...spec, quantization: { dtype: quantize, original_dtype: 'float32', scale, min } }, bytes: steps };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Quantize linearly from the smallest value; if the range includes 0, it is one of the levels, so zeros stay exact. */
function quantized(values: Float32Array, size: number, type: 'uint8' | 'uint16') {
  const levels = type === 'uint8' ? 255 : 65535;
  let [min, max] = size > 0 ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] : [0, 0];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  // tfjs rejects a scale of 0.
  const scale = max > min ? (max - min) / levels : 1;
  if (min < 0 && max > 0) min = -Math.round(-min / scale) * scale;
  const step = (value: number): number => Math.min(levels, Math.max(0, Math.round((value - min) / scale)));
  const steps = type === 'uint8' ? Uint8Array.from(values, step) : Uint16Array.from(values, step);
  return { scale, min, steps: bytesOf(steps) };
}
