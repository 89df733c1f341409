import type { DType } from '../../base/dtype.js';
import { DTypeError, ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { asObject, asString, isObject, type JsonObject } from '../../io/bytes/json.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Attributes } from './attributes.js';
import type { GraphDefNode } from './graph-def.js';

/** An input or an output of a graph, as tfjs's ModelTensorInfo. */
export interface ModelTensorInfo {
  /** The node, with `:1` for an output that is not the first. */
  readonly name: string;
  /** Null for sizes that are not known; undefined where the rank is not. */
  readonly shape: readonly (number | null)[] | undefined;
  readonly dtype: DType | undefined;
}

export interface Signature {
  /** By the name that the graph's maker gave the input. */
  readonly inputs: ReadonlyMap<string, ModelTensorInfo>;
  readonly outputs: ReadonlyMap<string, ModelTensorInfo>;
}

/** @throws FormatError when it is not a signature */
export function readSignature(json: unknown, caller: string): Signature {
  const side = (name: 'inputs' | 'outputs') => {
    const entries = isObject(json) && isObject(json[name]) ? Object.entries(json[name]) : [];
    return new Map(
      entries.map(([key, value]) => [key, readInfo(asObject(value, `${caller}: ${name}: ${key}`), caller)]),
    );
  };
  return { inputs: side('inputs'), outputs: side('outputs') };
}

function readInfo({ name, dtype, tensorShape }: JsonObject, caller: string): ModelTensorInfo {
  const attributes = new Attributes(caller, { type: { type: dtype }, shape: { shape: tensorShape } });
  return {
    name: asString(name, `${caller}: name`).replace(/:0$/, ''),
    shape: attributes.shape('shape'),
    dtype: dtype === undefined ? undefined : attributes.dtype('type'),
  };
}

export const infoOf = ({ name, attributes }: GraphDefNode): ModelTensorInfo => ({
  name,
  shape: attributes.has('shape') ? attributes.shape('shape') : undefined,
  dtype: attributes.has('dtype') ? attributes.dtype('dtype') : undefined,
});

/** @throws ShapeError @throws DTypeError */
export function assertFits(caller: string, { name, shape, dtype }: ModelTensorInfo, tensor: Tensor): void {
  if (
    shape &&
    (shape.length !== tensor.rank || shape.some((size, axis) => size !== null && size !== tensor.shape[axis]))
  ) {
    const expected = `[${shape.map((size) => size ?? 'any').join(', ')}]`;
    throw new ShapeError(`${caller}: ${name} is ${formatShape(tensor.shape)}, expected ${expected}`);
  }
  if (dtype && dtype !== tensor.dtype) {
    throw new DTypeError(`${caller}: ${name} is ${tensor.dtype}, expected ${dtype}`);
  }
}
