import { valueAndGrads } from '../../src/autograd/gradients.js';
import type { DType } from '../../src/base/dtype.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { formatShape, sameShape } from '../../src/base/shape.js';
import { adagrad, adam, adamw, type Optimizer, rmsprop, sgd } from '../../src/optim/index.js';
import { dispose, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { variable } from '../../src/tensor/variable.js';
import type { GoldenCase, GoldenFile, GoldenOptimizer, GoldenTensor, Options } from './file.js';
import { runOperation } from './operations.js';

export interface GoldenSettings {
  readonly dtype: 'float32' | 'float64';
  /** Bound on max |actual − expected| / max(1, max |expected|). */
  readonly tolerance: number;
}

export interface GoldenReport {
  readonly passed: number;
  /** One line per failed case: its name and the reason. */
  readonly failures: readonly string[];
}

const OPTIMIZERS: Readonly<Record<string, (options: Options) => Optimizer>> = { sgd, adam, adamw, rmsprop, adagrad };

/** Run every case and every optimizer of a file on the current backend. */
export async function runGolden(file: GoldenFile, settings: GoldenSettings): Promise<GoldenReport> {
  const failures: string[] = [];
  const attempt = async (name: string, f: () => Promise<void>): Promise<void> => {
    try {
      await f();
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  };
  for (const each of file.cases) await attempt(each.name, () => checkCase(each, settings));
  for (const each of file.optimizers) {
    await attempt(`${each.optimizer} ${JSON.stringify(each.options)}`, () => checkOptimizer(each, settings));
  }
  return { passed: file.cases.length + file.optimizers.length - failures.length, failures };
}

const send = ({ data, shape }: GoldenTensor, dtype: DType): Tensor => upload(data, shape, dtype);

async function checkCase(
  { op, options, inputs, output, outputGradient, gradients }: GoldenCase,
  settings: GoldenSettings,
): Promise<void> {
  const names = Object.keys(gradients);
  for (const name of names) if (!(name in inputs)) throw new ValueError(`gradient of ${name}, which is not an input`);
  const [value, ...grads] = tidy(() => {
    const sent = Object.entries(inputs).map(([key, each]) => [key, send(each, settings.dtype)] as const);
    const tensors = Object.fromEntries(sent);
    if (names.length === 0) return [runOperation(op, tensors, options)];
    const f = (...xs: Tensor[]): Tensor =>
      runOperation(op, { ...tensors, ...Object.fromEntries(names.map((name, index) => [name, xs[index]])) }, options);
    const of = names.map((name) => tensors[name]);
    const result = valueAndGrads(f)(of, send(outputGradient, settings.dtype));
    return [result.value, ...result.grads];
  });
  try {
    await compare('output', value, output, settings);
    for (const [index, name] of names.entries()) {
      await compare(`gradient of ${name}`, grads[index], gradients[name], settings);
    }
  } finally {
    dispose([value, ...grads]);
  }
}

async function checkOptimizer(
  { optimizer, options, initial, steps }: GoldenOptimizer,
  settings: GoldenSettings,
): Promise<void> {
  if (!Object.hasOwn(OPTIMIZERS, optimizer)) throw new ValueError(`the optimizer ${optimizer} is not known`);
  const rule = OPTIMIZERS[optimizer](options);
  const weight = tidy(() => variable(send(initial, settings.dtype)));
  try {
    for (const [index, step] of steps.entries()) {
      tidy(() => rule.applyGradients([[send(step.gradient, settings.dtype), weight]]));
      await compare(`weight after step ${index + 1}`, weight, step.weight, settings);
    }
  } finally {
    rule.dispose();
    weight.dispose();
  }
}

/** @throws ShapeError, ValueError when a result is not the expected one */
async function compare(
  what: string,
  given: Tensor,
  expected: GoldenTensor,
  { tolerance }: GoldenSettings,
): Promise<void> {
  if (!sameShape(given.shape, expected.shape)) {
    throw new ShapeError(`${what} is ${formatShape(given.shape)}, expected ${formatShape(expected.shape)}`);
  }
  const error = normalizedError(await given.data(), expected.data);
  if (!(error <= tolerance)) throw new ValueError(`${what} is off by ${error.toExponential(2)}, allowed ${tolerance}`);
}

/** max |a − b| / max(1, max |b|); NaN when either holds one. */
function normalizedError(a: ArrayLike<number>, b: readonly number[]): number {
  let largest = 1;
  let error = 0;
  for (let i = 0; i < b.length; i++) {
    // Math.max keeps NaN.
    largest = Math.max(largest, Math.abs(b[i]));
    error = Math.max(error, Math.abs(a[i] - b[i]));
  }
  return error / largest;
}
