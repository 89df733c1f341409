/**
 * A generative adversarial network with two optimizers: the generator turns noise into points, the discriminator
 * distinguishes them from the points of a ring, and each is trained against the other in one `trainStep`.
 *
 *     npx tsx examples/gan.ts
 */
import {
  concat,
  layers,
  losses,
  Model,
  ones,
  optimizers,
  randomNormal,
  randomUniform,
  type Sequential,
  type StepData,
  type StepLogs,
  sequential,
  setSeed,
  stack,
  type Tensor,
  tidy,
  variableGrads,
  zeros,
} from 'nabla';

const quick = process.env.QUICK !== undefined;
setSeed(9);

/** See Goodfellow et al., "Generative adversarial nets", arXiv:1406.2661. */
class GAN extends Model {
  private readonly generatorOptimizer = optimizers.adam({ learningRate: 1e-3, beta1: 0.5 });
  private readonly discriminatorOptimizer = optimizers.adam({ learningRate: 1e-3, beta1: 0.5 });

  constructor(
    readonly generator: Sequential,
    readonly discriminator: Sequential,
  ) {
    super();
  }

  override trainStep({ x: real }: StepData): StepLogs {
    const [count] = real.shape;
    const [isReal, isFake] = [ones([count, 1]), zeros([count, 1])];
    const judge = (points: Tensor, labels: Tensor): Tensor =>
      losses.sigmoidCrossEntropy(labels, this.discriminator.apply(points, { training: true }));

    const points = concat([real, this.generate(count)]);
    const labels = concat([isReal, isFake]);
    const discriminator = variableGrads(() => judge(points, labels), this.discriminator.trainableVariables);
    this.discriminatorOptimizer.applyGradients(discriminator.grads);

    // Train the generator to produce points that the discriminator classifies as real.
    const generator = variableGrads(() => judge(this.generate(count), isReal), this.generator.trainableVariables);
    this.generatorOptimizer.applyGradients(generator.grads);
    return { discriminatorLoss: discriminator.value, generatorLoss: generator.value };
  }

  generate(count: number): Tensor {
    return this.generator.apply(randomNormal([count, 8]), { training: true });
  }
}

/** Points near the unit circle, [count, 2]. */
const ring = (count: number): Tensor =>
  tidy(() => {
    const angle = randomUniform([count], 0, 2 * Math.PI);
    return stack([angle.cos(), angle.sin()], 1).mul(randomNormal([count, 1], 1, 0.05));
  });

const hidden = () => layers.dense({ units: 64, activation: 'relu' });
const gan = new GAN(
  sequential({ layers: [layers.inputLayer({ inputShape: [8] }), hidden(), hidden(), layers.dense({ units: 2 })] }),
  sequential({ layers: [layers.inputLayer({ inputShape: [2] }), hidden(), hidden(), layers.dense({ units: 1 })] }),
);

/** Mean distance of generated points from the circle, and the number of its eight sectors that contain points. */
function report(): string {
  const points = tidy(() => gan.generate(500).arraySync() as number[][]);
  const distance = points.reduce((sum, [x, y]) => sum + Math.abs(Math.hypot(x, y) - 1), 0) / points.length;
  const sectors = new Set(points.map(([x, y]) => Math.floor((Math.atan2(y, x) / Math.PI + 1) * 4) % 8));
  return `distance ${distance.toFixed(3)}, ${sectors.size} of 8 sectors`;
}

console.log('before:', report());
await gan.fit(ring(2048), null, { epochs: quick ? 30 : 150, batchSize: 64 });
console.log('after:', report());
