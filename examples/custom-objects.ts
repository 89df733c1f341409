/**
 * A custom layer, loss, metric and callback in one model, which is saved and loaded again.
 *
 *     npx tsx examples/custom-objects.ts
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  callbacks,
  Layer,
  type LayerOptions,
  layers,
  loadModel,
  losses,
  metrics,
  randomUniform,
  type SymbolicShape,
  sequential,
  serialization,
  setSeed,
  type Tensor,
  tidy,
  type Weight,
} from 'nabla';

interface PolynomialOptions extends LayerOptions {
  readonly degree?: number;
}

/** Σ cₖ·xᵏ for k = 0 … degree, with trainable coefficients for each channel. [batch, channels] → [batch, channels]. */
class Polynomial extends Layer {
  static override readonly className = 'Polynomial';

  private readonly degree: number;
  private coefficients: Weight[] = [];

  constructor({ degree = 3, ...options }: PolynomialOptions = {}) {
    super(options);
    this.degree = degree;
  }

  override build(inputShape: SymbolicShape): void {
    const channels = inputShape.at(-1)!;
    for (let k = 0; k <= this.degree; k++) {
      this.coefficients.push(this.addWeight(`c${k}`, [channels], k === 1 ? 'ones' : 'zeros'));
    }
  }

  override call(x: Tensor): Tensor {
    // Horner's scheme.
    const [highest, ...others] = this.coefficients.map((weight) => weight.read()).reverse();
    return others.reduce<Tensor>((sum, coefficient) => sum.mul(x).add(coefficient), x.zerosLike().add(highest));
  }

  // Files store the result of `getConfig`; `loadModel` passes it to the constructor.
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), degree: this.degree };
  }
}

/** Absolute error, three times as large where the prediction is too low. [batch, …] → [batch]. */
const lopsided = (yTrue: Tensor, yPred: Tensor): Tensor => {
  const error = yTrue.sub(yPred);
  return error.relu().mul(3).add(error.neg().relu()).mean(-1);
};

/** Fraction of predictions with an error of at most 0.1. */
const withinTenth = (yTrue: Tensor, yPred: Tensor): Tensor =>
  yTrue.sub(yPred).abs().lessEqual(0.1).cast('float32').mean(-1);

/** Print the logs of every tenth epoch. */
class Report extends callbacks.Callback {
  override onEpochEnd(epoch: number, { loss, withinTenth }: callbacks.Logs): void {
    if ((epoch + 1) % 10 !== 0) return;
    console.log(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}, within a tenth ${withinTenth.toFixed(2)}`);
  }
}

serialization.registerClass(Polynomial);
losses.registerLoss('lopsided', lopsided);
metrics.registerMetric('withinTenth', withinTenth);

setSeed(3);
const x = randomUniform([512, 1], -1, 1);
const y = tidy(() => x.pow(3).mul(2).sub(x).add(0.5));

const model = sequential({ layers: [new Polynomial({ degree: 3, inputShape: [1] }), layers.dense({ units: 1 })] });
model.compile({ optimizer: 'adam', loss: 'lopsided', metrics: ['withinTenth'] });
model.optimizer.learningRate = 0.02;
await model.fit(x, y, { epochs: process.env.QUICK ? 20 : 40, callbacks: [new Report()] });

const file = join(await mkdtemp(join(tmpdir(), 'nabla-')), 'polynomial.keras');
await model.save(file);
const loaded = await loadModel(file);
console.log('loaded:', loaded.layers.map(({ className }) => className).join(', '));
console.log('after loading:', await loaded.measure(x, y));
