import type { Epilogue } from '../../kernels.js';
import { ACTIVATIONS } from '../activations.js';
import type { WebGpuBuffer } from '../runtime/batch.js';
import type { Loader } from './loaders.js';

/**
 * C = A · B, with operands that are read by loaders, for each of `entries` matrices of a batch or groups of channels.
 */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly entries: number;
  readonly a: Loader;
  readonly b: Loader;
  readonly valuesA: WebGpuBuffer;
  readonly valuesB: WebGpuBuffer;
  /** For each entry the matrix of A, then for each that of B, where no step leads to them. */
  readonly matrices?: WebGpuBuffer;
  readonly out: WebGpuBuffer;
  readonly outSize: number;
  /** Elements of `out` from a row to the next, and from an entry to the next. */
  readonly row: number;
  readonly entry: number;
  readonly epilogue: Epilogue<WebGpuBuffer> | null;
}

/** Shader parts of a product that ends with `finish(value, column)`. */
export interface EpilogueText {
  readonly name: string;
  readonly reads: readonly string[];
  readonly buffers: readonly WebGpuBuffer[];
  readonly fields: readonly string[];
  readonly values: readonly number[];
  readonly declarations: string;
}

/**
 * Bias and activation, on each element before it is stored; `column` counts those of all groups. Whether there is a
 * bias or a rectifier is a uniform: a layer and its gradients are one program.
 * @param standIn is bound where there is no bias
 */
export function epilogueText(epilogue: Epilogue<WebGpuBuffer> | null, standIn: WebGpuBuffer): EpilogueText {
  const { bias, activation, alpha } = epilogue ?? { bias: null, activation: null, alpha: 0 };
  const isRectified = activation === 'relu';
  const isOther = activation && !isRectified;
  return {
    name: isOther ? `+${activation}` : '',
    reads: ['bias: f32'],
    buffers: [bias?.buffer ?? standIn],
    fields: ['hasBias: u32', 'isRectified: u32', 'alpha: f32'],
    values: [Number(bias !== null), Number(isRectified), alpha],
    declarations: `fn finish(value: f32, column: u32) -> f32 {
  let a = select(value, value + bias[column], u.hasBias != 0u);
  return ${isOther ? ACTIVATIONS[activation] : 'select(a, 0.0, a < 0.0 && u.isRectified != 0u)'};
}`,
  };
}

/** The loaders' texts, and the uniforms of both, each once. */
export function operandsOf({ a, b, matrices }: Product) {
  const uniforms = { ...a.uniforms, ...b.uniforms };
  const element = ({ wide }: Loader): string => (wide ? 'vec4<f32>' : 'f32');
  return {
    name: `${a.name}/${b.name}`,
    reads: [`valuesA: ${element(a)}`, `valuesB: ${element(b)}`, ...(matrices ? ['matrices: u32'] : [])],
    fields: Object.entries(uniforms).map(([name, [type]]) => `${name}: ${type}`),
    values: Object.values(uniforms).map(([, value]) => value),
    declarations: `var<private> entry: u32;
${a.declarations.replaceAll('$', 'A')}
${b.declarations.replaceAll('$', 'B')}`,
  };
}

export const buffersOf = ({ valuesA, valuesB, matrices }: Product): WebGpuBuffer[] =>
  matrices ? [valuesA, valuesB, matrices] : [valuesA, valuesB];
