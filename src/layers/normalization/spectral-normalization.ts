import { currentBackend } from '../../backends/registry.js';
import { ValueError } from '../../base/errors.js';
import { positiveInteger } from '../../base/options.js';
import { div, maximum } from '../../ops/arithmetic.js';
import { equal, where } from '../../ops/comparison.js';
import { matMul } from '../../ops/matmul.js';
import { norm } from '../../ops/norm.js';
import { withoutRecording } from '../../ops/op.js';
import { reshape } from '../../ops/reshape.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { innerLayer } from '../base/inner-layer.js';
import type { CallOptions, Layer } from '../base/layer.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';

const OPTIONS = {
  /** A layer with a kernel, or with embeddings. */
  layer: innerLayer<Layer>('a layer'),
  /** Steps of the power iteration in each call in training; default 1. */
  powerIterations: positiveInteger().default(1),
};

const INITIALIZER = { className: 'TruncatedNormal', config: { stddev: 0.02 } };

/** Keras's smallest divisor of `normalize`. */
const SMALLEST = 1e-12;

const unit = (x: Tensor): Tensor => div(x, maximum(norm(x), SMALLEST));

/**
 * The layer inside with its kernel divided by the kernel's largest singular value, which training estimates by power
 * iteration and keeps in the weight vector_u [1, columns]. In training the kernel itself is divided, as in Keras.
 * @see Miyato et al., "Spectral Normalization for Generative Adversarial Networks", arXiv:1802.05957
 */
export class SpectralNormalization extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'SpectralNormalization';
  static override readonly options = OPTIONS;

  readonly layer = this.options.layer;
  private vector!: Weight;
  private kernel!: Weight;

  override build(shape: SymbolicShape): void {
    this.layer.buildFor(shape);
    const kernel = this.layer.weights.find(({ name }) => name === 'kernel' || name === 'embeddings');
    if (!kernel) {
      throw new ValueError(`${this.describe()}: ${this.layer.describe()} has no kernel and no embeddings`);
    }
    this.kernel = kernel;
    this.vector = this.addWeight('vector_u', [1, kernel.shape.at(-1)!], INITIALIZER, { trainable: false });
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    if (options.training && !currentBackend().dataless) this.normalizeKernel();
    return this.layer.apply(x, options) as Tensor;
  }

  private normalizeKernel(): void {
    withoutRecording(() =>
      tidy(() => {
        const value = this.kernel.variable;
        const matrix = reshape(value, [-1, value.shape.at(-1)!]);
        let u: Tensor = this.vector.variable;
        let v: Tensor = u;
        for (let i = 0; i < this.options.powerIterations; i++) {
          v = unit(matMul(u, matrix, false, true));
          u = unit(matMul(v, matrix));
        }
        const sigma = matMul(matMul(v, matrix), u, false, true);
        this.vector.assign(reshape(u, this.vector.shape));
        // A kernel of zeros is unchanged.
        this.kernel.assign(div(value, reshape(where(equal(sigma, 0), 1, sigma), [])));
      }),
    );
  }
}
