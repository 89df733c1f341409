import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ndarray from 'ndarray';
import ts from 'typescript';
import * as nabla from '../../../src/index.js';
import { alternatives, checker, isClassInstance, isOptional, isPlainObjectType, typeOf } from './declarations.js';

const folder = mkdtempSync(join(tmpdir(), 'nabla-options-'));

type Package = typeof nabla;

function smallModel({ sequential, layers }: Package): nabla.Sequential {
  const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [2] })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

/** Instances for parameters of these classes. */
const INSTANCES: Readonly<Record<string, (from: Package) => unknown>> = {
  ArrayLike: () => [1],
  Tensor: ({ tensor }) => tensor([[1, 2]]),
  NdArray: () => ndarray(new Uint8Array(3), [1, 1, 1, 3]),
  SymbolicTensor: ({ input }) => input({ shape: [8, 8, 4] }),
  Model: smallModel,
  Layer: ({ layers }) => layers.flatten(),
  Cell: ({ layers }) => layers.lstmCell({ units: 1 }),
  Recurrent: ({ layers }) => layers.lstm({ units: 1 }),
  Dataset: ({ data, tensor }) => data.array([{ xs: tensor([[1, 2]]), ys: tensor([[1, 2]]) }]),
};

/** Values for parameters of these names, where the type does not say what fits. */
const NAMED: Readonly<Record<string, unknown>> = {
  lossName: 'binaryFocalCrossentropy',
  metricName: 'binaryFocalCrossentropy',
  source: 'nabla-has-no-such-file.keras',
  target: join(folder, 'model.keras'),
  path: join(folder, 'file'),
  boxes: [[0, 0, 1, 1]],
  rate: 0.5,
  dropPathRate: 0.5,
  canvas: { getContext: () => null },
};

/** Return a value that fits a parameter or a property. @param from the copy of the package that makes instances */
export function sampleOf(symbol: ts.Symbol, from: Package = nabla): unknown {
  return symbol.name in NAMED ? NAMED[symbol.name] : sampleOfType(typeOf(symbol), from);
}

/** Return an object of everything that a type demands. */
export function requiredOf(type: ts.Type, from: Package = nabla): Record<string, unknown> {
  const required = type.getProperties().filter((property) => !isOptional(property));
  return Object.fromEntries(required.map((property) => [property.name, sampleOf(property, from)]));
}

function sampleOfType(type: ts.Type, from: Package): unknown {
  const [first, ...others] = alternatives(type);
  const instance = [first, ...others].find(({ symbol }) => symbol?.name in INSTANCES);
  if (instance) return INSTANCES[instance.symbol.name](from);
  if (first.isLiteral()) return first.value;
  if (first.flags & ts.TypeFlags.StringLike) return 'sample';
  if (first.flags & ts.TypeFlags.NumberLike) return 1;
  if (first.flags & ts.TypeFlags.BooleanLike) return true;
  if (checker.isTupleType(first)) {
    return checker.getTypeArguments(first as ts.TypeReference).map((each) => sampleOfType(each, from));
  }
  if (checker.isArrayType(first)) return [sampleOfType(checker.getTypeArguments(first as ts.TypeReference)[0], from)];
  if (first.getCallSignatures().length > 0) return () => from.scalar(1);
  if (isPlainObjectType(first)) return requiredOf(first, from);
  return others.length > 0 ? sampleOfType(checker.getNonNullableType(others[0]), from) : {};
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
