import { assertDType, type DType } from '../base/dtype.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { keep } from './scope.js';
import { Storage } from './storage.js';
import { Tensor, upload } from './tensor.js';

const alive = new Set<Variable>();
let unnamed = 0;

function isTaken(name: string): boolean {
  for (const each of alive) if (each.name === name) return true;
  return false;
}

/**
 * A tensor whose value may be replaced: weights, moving averages, optimizer slots. Not freed by `tidy`.
 * @example const w = variable(zeros([784, 10])); w.assign(ones([784, 10]));
 */
export class Variable extends Tensor {
  static override readonly className = 'Variable';

  /** @internal use `variable` */
  constructor(
    initialValue: Tensor,
    public trainable: boolean,
    readonly name: string,
  ) {
    super(initialValue.shape, initialValue.dtype, initialValue.storage.retain());
    keep(this);
    alive.add(this);
  }

  /**
   * Takes over another tensor's value; both may be disposed on their own.
   * @throws ShapeError @throws DTypeError @throws DisposedError
   */
  assign(value: Tensor): this {
    this.assertAlive(`assign to ${this.name}`);
    value.assertAlive(`assign to ${this.name}`);
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(
        `${this.name}: assigned value is ${formatShape(value.shape)}, expected ${formatShape(this.shape)}`,
      );
    }
    if (value.dtype !== this.dtype)
      throw new DTypeError(`${this.name}: assigned value is ${value.dtype}, expected ${this.dtype}`);
    const before = this.storage;
    this.storage = value.storage.retain();
    before.release();
    return this;
  }

  /**
   * Makes sure that no other tensor shares the buffer, so that a kernel may change it in place.
   * @internal for optimizers
   */
  makeExclusive(): this {
    const { storage } = this;
    if (storage.isShared) {
      const { backend, buffer, dtype, size } = storage;
      const copy = backend.copy?.(buffer) ?? backend.upload(backend.readSync(buffer, dtype, size), dtype);
      this.storage = new Storage(backend, copy, dtype, size);
      storage.release();
    }
    return this;
  }

  override dispose(): void {
    alive.delete(this);
    super.dispose();
  }

  /** Sets the values from the host. @throws ShapeError when the count differs */
  assignValues(values: ArrayLike<number>): this {
    if (values.length !== this.size) {
      throw new ShapeError(
        `${this.name}: ${values.length} values, expected ${this.size} for ${formatShape(this.shape)}`,
      );
    }
    const value = upload(values, this.shape, this.dtype);
    this.assign(value);
    value.dispose();
    return this;
  }
}

/**
 * A variable with the value of a tensor, which stays yours.
 * @param trainable default true: `variableGrads` and optimizers reach it
 * @param name default `Variable`, `Variable_1`, …
 * @throws ValueError when a living variable has the name
 * @example const w = variable(randomNormal([784, 10]));
 */
export function variable(initialValue: Tensor, trainable = true, name?: string, dtype?: DType): Variable {
  if (dtype !== undefined) {
    assertDType(dtype, 'variable');
    if (dtype !== initialValue.dtype)
      throw new DTypeError(`variable: initialValue is ${initialValue.dtype}, expected ${dtype}`);
  }
  initialValue.assertAlive('variable');
  if (name !== undefined && isTaken(name)) throw new ValueError(`variable: the name ${name} is taken`);
  return new Variable(initialValue, trainable, name ?? freshName());
}

function freshName(): string {
  let name: string;
  do name = `Variable${unnamed ? `_${unnamed}` : ''}`;
  while (unnamed++ >= 0 && isTaken(name));
  return name;
}

/** Trainable variables that are alive. */
export function trainableVariables(): Variable[] {
  return [...alive].filter((each) => each.trainable);
}

/** Frees every variable. @example disposeVariables(); */
export function disposeVariables(): void {
  for (const each of [...alive]) each.dispose();
}
