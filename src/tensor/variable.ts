import type { Forms } from '../backends/forms.js';
import { assertDType, type DType } from '../base/dtype.js';
import { DTypeError, ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { describe, type TensorLike, toTensor } from './convert.js';
import { keep } from './scope.js';
import { Storage } from './storage.js';
import { Tensor, upload } from './tensor.js';

/** Undisposed variables by their unique names, which identify gradients and optimizer slots. */
const alive = new Map<string, Variable>();
let unnamed = 0;

/**
 * Return the name, with a number appended if another variable has it: `dense/kernel`, `dense/kernel_1`, …
 * @internal for weights: two models may have layers of one name
 */
export function freeVariableName(name: string): string {
  let free = name;
  for (let count = 1; alive.has(free); count++) free = `${name}_${count}`;
  return free;
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
    if (!(initialValue instanceof Tensor))
      throw new ValueError(`${name}: the initial value is ${describe(initialValue)}, expected a tensor`);
    super(initialValue.shape, initialValue.dtype, initialValue.storage.retain());
    keep(this);
    alive.set(name, this);
  }

  /** @internal cached forms of the value, which lasts for many calls, unlike that of other tensors */
  get forms(): Forms {
    return this.storage.forms;
  }

  /**
   * Assign another tensor's value; both may be disposed separately.
   * @throws ShapeError @throws DTypeError @throws DisposedError
   */
  assign(value: Tensor): this {
    this.assertAlive(`assign to ${this.name}`);
    if (!(value instanceof Tensor))
      throw new ValueError(`${this.name}: assigned value is ${describe(value)}, expected a tensor`);
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
    before.dropForms();
    before.release();
    return this;
  }

  /**
   * Ensure that no other tensor shares the buffer, and nothing is kept of its values, so that a kernel may change it in
   * place.
   * @internal for optimizers
   */
  makeExclusive(): this {
    const { storage } = this;
    storage.markChanged();
    if (storage.isShared) {
      const { backend, buffer, dtype, size } = storage;
      const copy = backend.copy?.(buffer) ?? backend.upload(backend.readSync(buffer, dtype, size), dtype);
      this.storage = new Storage(backend, copy, dtype, size);
      storage.release();
    }
    return this;
  }

  protected override inspected(): string {
    return super.inspected(`Variable ${this.name}${this.trainable ? '' : ' (not trainable)'}`);
  }

  override dispose(): void {
    if (alive.get(this.name) === this) alive.delete(this.name);
    if (!this.isDisposed) this.storage.dropForms();
    super.dispose();
  }

  /** Set the values from the host. @throws ShapeError when the count differs */
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
 * Create a variable from a tensor, which the caller still owns, or from numbers.
 * @param trainable whether `variableGrads` and optimizers include it; default true
 * @param name default `Variable`, `Variable_1`, …
 * @throws ValueError when another variable has the name
 * @example const w = variable(randomNormal([784, 10]));
 */
export function variable(
  initialValue: TensorLike,
  trainable?: boolean | null,
  name?: string | null,
  dtype?: DType | null,
): Variable {
  const type = dtype ?? (initialValue instanceof Tensor ? initialValue.dtype : 'float32');
  assertDType(type, 'variable');
  const value = toTensor('variable', 'initialValue', initialValue, type);
  try {
    if (value.dtype !== type) throw new DTypeError(`variable: initialValue is ${value.dtype}, expected ${type}`);
    if (name !== undefined && name !== null && typeof name !== 'string')
      throw new ValueError(`variable: name is ${show(name)}, expected a string`);
    if (name && alive.has(name)) throw new ValueError(`variable: the name ${name} is taken`);
    return new Variable(value, trainable ?? true, name ?? freshName());
  } finally {
    // The variable keeps the buffer of a tensor that was made for it.
    if (value !== initialValue) value.dispose();
  }
}

function freshName(): string {
  let name: string;
  do name = `Variable${unnamed ? `_${unnamed}` : ''}`;
  while (unnamed++ >= 0 && alive.has(name));
  return name;
}

/** Return all undisposed trainable variables. */
export function trainableVariables(): Variable[] {
  return [...alive.values()].filter((each) => each.trainable);
}

/** Free every variable. @example disposeVariables(); */
export function disposeVariables(): void {
  for (const each of [...alive.values()]) each.dispose();
}
