import { currentBackend } from '../../backends/registry.js';
import { COPY } from '../../base/copy.js';
import type { DType } from '../../base/dtype.js';
import { DisposedError, DTypeError, ShapeError } from '../../base/errors.js';
import { formatShape, type Shape, sameShape, sizeOf } from '../../base/shape.js';
import type { Constraint } from '../../constraints/constraint.js';
import type { Initializer } from '../../initializers/initializer.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import { drawState } from '../../tensor/random.js';
import { tidy } from '../../tensor/scope.js';
import { allocate, type Tensor } from '../../tensor/tensor.js';
import { freeVariableName, Variable } from '../../tensor/variable.js';
import type { WeightSpec } from './weight-declaration.js';

/**
 * A weight of a layer. Shape and initializer are known after `build`; memory is allocated at the first read.
 * The seed is drawn when the weight is declared, so values do not depend on the order of reads.
 */
export class Weight {
  /** For messages: minifiers rename classes. */
  static readonly className = 'Weight';
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  /** Name within its layer: `kernel`, `bias`, `gamma`, … */
  readonly name: string;
  readonly shape: Shape;
  readonly size: number;
  readonly dtype: DType;
  /** Whether the weight itself is trainable; a frozen layer freezes all of its weights. */
  readonly trainable: boolean;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
  private readonly initializer: Initializer;
  private readonly seed: number;
  private value: Variable | null = null;
  private frozen = false;
  private isDisposed = false;

  constructor(
    /** Full name: `conv2d/kernel`. */
    readonly path: string,
    spec: WeightSpec & { readonly dtype: DType },
  ) {
    this.name = spec.name;
    this.shape = spec.shape as Shape;
    this.size = sizeOf(this.shape);
    this.dtype = spec.dtype;
    this.trainable = spec.trainable;
    this.regularizer = spec.regularizer;
    this.constraint = spec.constraint;
    this.initializer = spec.initializer;
    const { key, counter } = drawState(2);
    this.seed = (key ^ Math.imul(counter + 1, 0x9e3779b1)) >>> 0;
  }

  /** @internal for the layer: let optimizers update the variable, or not */
  freeze(frozen: boolean): void {
    this.frozen = frozen;
    if (this.value) this.value.trainable = this.isUpdated;
  }

  private get isUpdated(): boolean {
    return this.trainable && !this.frozen;
  }

  get isAllocated(): boolean {
    return this.value !== null;
  }

  /** The variable of the weight, created and initialized at the first access. @throws DisposedError after `dispose` */
  get variable(): Variable {
    this.assertAlive();
    this.value ??= tidy(() => this.hold(this.initializer.apply(this.shape, this.dtype, this.seed)));
    return this.value;
  }

  /** The weight's tensor for an op; on the backend without data, only its shape. */
  read(): Tensor {
    if (currentBackend().dataless && !this.value) return allocate(this.shape, this.dtype);
    return this.variable;
  }

  /** Assign a tensor's value. @throws ShapeError @throws DTypeError */
  assign(value: Tensor): void {
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(`${this.path}: given ${formatShape(value.shape)}, expected ${formatShape(this.shape)}`);
    }
    this.assertAlive();
    if (this.value) this.value.assign(value);
    else if (value.dtype !== this.dtype)
      throw new DTypeError(`${this.path}: given ${value.dtype}, expected ${this.dtype}`);
    else this.value = this.hold(value);
  }

  private hold(value: Tensor): Variable {
    return new Variable(value, this.isUpdated, freeVariableName(this.path));
  }

  /** Free the value. Later use is an error: the values would be new random ones. */
  dispose(): void {
    this.value?.dispose();
    this.value = null;
    this.isDisposed = true;
  }

  private assertAlive(): void {
    if (this.isDisposed)
      throw new DisposedError(`${this.path}: the weight is used after dispose() of its layer or model`);
  }
}
