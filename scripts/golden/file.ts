import { readFileSync } from 'node:fs';
import { FormatError } from '../../src/base/errors.js';
import { sizeOf } from '../../src/base/shape.js';

/** A tensor as JSON. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type Options = Readonly<Record<string, unknown>>;

/** One op, its inputs and output, and the gradients of Σ output · outputGradient. */
export interface GoldenCase {
  readonly name: string;
  readonly op: string;
  readonly options: Options;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly output: GoldenTensor;
  readonly outputGradient: GoldenTensor;
  readonly gradients: Readonly<Record<string, GoldenTensor>>;
}

/** The values of one parameter while it is updated by given gradients. */
export interface GoldenOptimizer {
  readonly optimizer: string;
  readonly options: Options;
  readonly initial: GoldenTensor;
  readonly steps: readonly { readonly gradient: GoldenTensor; readonly weight: GoldenTensor }[];
}

export interface GoldenFile {
  readonly generator: string;
  readonly cases: readonly GoldenCase[];
  readonly optimizers: readonly GoldenOptimizer[];
}

/**
 * Read a file of golden vectors.
 * @throws FormatError naming the place where it is malformed
 */
export function readGoldenFile(path: string): GoldenFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new FormatError(`${path}: cannot be read: ${(error as Error).message}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path}: is not JSON: ${(error as Error).message}`);
  }
  return checkedFile(path, json);
}

/** @throws FormatError */
function checkedFile(path: string, json: unknown): GoldenFile {
  const file = record(path, json);
  const cases = list(`${path}: cases`, file.cases).map((item, i) => checkedCase(`${path}: cases[${i}]`, item));
  const optimizers = list(`${path}: optimizers`, file.optimizers ?? []).map((item, i) =>
    checkedOptimizer(`${path}: optimizers[${i}]`, item),
  );
  return { generator: typeof file.generator === 'string' ? file.generator : 'unknown', cases, optimizers };
}

function checkedCase(place: string, value: unknown): GoldenCase {
  const item = record(place, value);
  return {
    name: text(`${place}.name`, item.name),
    op: text(`${place}.op`, item.op),
    options: record(`${place}.options`, item.options ?? {}),
    inputs: tensors(`${place}.inputs`, item.inputs),
    output: tensor(`${place}.output`, item.output),
    outputGradient: tensor(`${place}.outputGradient`, item.outputGradient),
    gradients: tensors(`${place}.gradients`, item.gradients ?? {}),
  };
}

function checkedOptimizer(place: string, value: unknown): GoldenOptimizer {
  const item = record(place, value);
  return {
    optimizer: text(`${place}.optimizer`, item.optimizer),
    options: record(`${place}.options`, item.options ?? {}),
    initial: tensor(`${place}.initial`, item.initial),
    steps: list(`${place}.steps`, item.steps).map((step, i) => {
      const { gradient, weight } = record(`${place}.steps[${i}]`, step);
      return {
        gradient: tensor(`${place}.steps[${i}].gradient`, gradient),
        weight: tensor(`${place}.steps[${i}].weight`, weight),
      };
    }),
  };
}

function describe(value: unknown): string {
  return value === undefined ? 'missing' : `${JSON.stringify(value)}`.slice(0, 40);
}

function record(place: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FormatError(`${place} is ${describe(value)}, expected an object`);
}

function list(place: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new FormatError(`${place} is ${describe(value)}, expected a list`);
}

function text(place: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new FormatError(`${place} is ${describe(value)}, expected a string`);
}

function tensor(place: string, value: unknown): GoldenTensor {
  const { shape, data } = record(place, value);
  const dimensions = list(`${place}.shape`, shape);
  if (!dimensions.every((size) => Number.isInteger(size) && (size as number) >= 0)) {
    throw new FormatError(`${place}.shape is ${describe(shape)}, expected integers ≥ 0`);
  }
  const values = list(`${place}.data`, data);
  if (values.length !== sizeOf(dimensions as number[])) {
    throw new FormatError(`${place}.data has ${values.length} numbers, expected those of shape [${dimensions}]`);
  }
  const odd = values.findIndex((item) => typeof item !== 'number');
  if (odd >= 0) throw new FormatError(`${place}.data[${odd}] is ${describe(values[odd])}, expected a number`);
  return { shape: dimensions as number[], data: values as number[] };
}

function tensors(place: string, value: unknown): Record<string, GoldenTensor> {
  return Object.fromEntries(
    Object.entries(record(place, value)).map(([key, item]) => [key, tensor(`${place}.${key}`, item)]),
  );
}
