import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ndarray from 'ndarray';
import ts from 'typescript';
import * as nabla from '../../../src/index.js';
import { alternatives, checker, isClassInstance, isOptional, isPlainObjectType, typeOf } from './declarations.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-options-'));

function smallModel(): nabla.Sequential {
  const model = nabla.sequential({ layers: [nabla.layers.dense({ units: 2, inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

/** Instances for parameters of these classes. */
const INSTANCES: Readonly<Record<string, () => unknown>> = {
  Tensor: () => nabla.tensor([[1, 2]]),
  NdArray: () => ndarray(new Uint8Array(3), [1, 1, 1, 3]),
  SymbolicTensor: () => nabla.input({ shape: [8, 8, 4] }),
  Model: smallModel,
  Layer: () => nabla.layers.flatten(),
  Cell: () => nabla.layers.lstmCell({ units: 1 }),
  Recurrent: () => nabla.layers.lstm({ units: 1 }),
  Dataset: () => nabla.data.array([{ xs: nabla.tensor([[1, 2]]), ys: nabla.tensor([[1, 2]]) }]),
};

/** Values for parameters of these names, where the type does not say what fits. */
const NAMED: Readonly<Record<string, unknown>> = {
  lossName: 'categoricalCrossentropy',
  metricName: 'auc',
  source: 'nabla-has-no-such-file.keras',
  target: join(folder, 'model.keras'),
  path: join(folder, 'file'),
  rate: 0.5,
  dropPathRate: 0.5,
  canvas: { getContext: () => null },
};

/** Return a value that fits a parameter or a property. */
export function sampleOf(symbol: ts.Symbol): unknown {
  return symbol.name in NAMED ? NAMED[symbol.name] : sampleOfType(typeOf(symbol));
}

/** Return an object of everything that a type demands. */
export function requiredOf(type: ts.Type): Record<string, unknown> {
  const required = type.getProperties().filter((property) => !isOptional(property));
  return Object.fromEntries(required.map((property) => [property.name, sampleOf(property)]));
}

function sampleOfType(type: ts.Type): unknown {
  const [first, ...others] = alternatives(type);
  const instance = [first, ...others].find(({ symbol }) => symbol?.name in INSTANCES);
  if (instance) return INSTANCES[instance.symbol.name]();
  if (first.isLiteral()) return first.value;
  if (first.flags & ts.TypeFlags.StringLike) return 'sample';
  if (first.flags & ts.TypeFlags.NumberLike) return 1;
  if (first.flags & ts.TypeFlags.BooleanLike) return true;
  if (checker.isTupleType(first)) return checker.getTypeArguments(first as ts.TypeReference).map(sampleOfType);
  if (checker.isArrayType(first)) return [sampleOfType(checker.getTypeArguments(first as ts.TypeReference)[0])];
  if (first.getCallSignatures().length > 0) return () => nabla.scalar(1);
  if (isPlainObjectType(first)) return requiredOf(first);
  return others.length > 0 ? sampleOfType(checker.getNonNullableType(others[0])) : {};
}

/** Return a value of a type that a property does not take; undefined where it takes anything. */
export function wrongValueFor(property: ts.Symbol): unknown {
  const types = alternatives(typeOf(property));
  const takes = (flags: ts.TypeFlags): boolean => types.some((type) => (type.flags & flags) !== 0);
  if (takes(ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return undefined;
  if (!takes(ts.TypeFlags.String)) return 'no such value';
  if (!takes(ts.TypeFlags.BooleanLike)) return true;
  return types.some((type) => isClassInstance(type) || isPlainObjectType(type)) ? 12.5 : { wrong: true };
}
