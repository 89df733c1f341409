/**
 * A subclassed model with its own training step: an autoencoder that learns to remove noise, because every step adds
 * fresh noise to the pictures and compares the result with the clean ones.
 *
 *     npx tsx examples/subclassed-model.ts
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LayerOptions,
  layers,
  loadModel,
  Model,
  randomNormal,
  type StepData,
  type StepLogs,
  serialization,
  setSeed,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from 'nabla';
import { loadFashionMnist, takeBalanced, unitScale } from 'nabla/node';

interface DenoiserOptions extends LayerOptions {
  readonly features?: number;
  /** Standard deviation of the noise. */
  readonly noise?: number;
}

/**
 * [batch, 28, 28, 1] → [batch, 28, 28, 1]. Layers in properties belong to the model: they are trained and saved with
 * it.
 */
class Denoiser extends Model {
  static override readonly className = 'Denoiser';

  private readonly features: number;
  private readonly noise: number;
  private readonly encoder = layers.conv2d({
    filters: 16,
    kernelSize: 3,
    strides: 2,
    padding: 'same',
    activation: 'relu',
  });
  private readonly flatten = layers.flatten();
  private readonly narrow;
  private readonly widen = layers.dense({ units: 14 * 14 * 8, activation: 'relu' });
  private readonly reshape = layers.reshape({ targetShape: [14, 14, 8] });
  private readonly decoder = layers.conv2dTranspose({
    filters: 1,
    kernelSize: 4,
    strides: 2,
    padding: 'same',
    activation: 'sigmoid',
  });

  constructor({ features = 32, noise = 0.5, ...options }: DenoiserOptions = {}) {
    super(options);
    this.features = features;
    this.noise = noise;
    this.narrow = layers.dense({ units: features, activation: 'relu' });
  }

  override call(x: Tensor): Tensor {
    const code = this.narrow.apply(this.flatten.apply(this.encoder.apply(x)));
    return this.decoder.apply(this.reshape.apply(this.widen.apply(code)));
  }

  /** Called by `fit` for each batch. Tensors made here are freed when it returns. */
  override trainStep({ x }: StepData): StepLogs {
    const { value, grads } = variableGrads(
      () => this.computeLoss(x, this.apply(this.withNoise(x), { training: true })),
      this.trainableVariables,
    );
    this.optimizer.applyGradients(grads);
    return { loss: value };
  }

  withNoise(x: Tensor): Tensor {
    return x.add(randomNormal([...x.shape], 0, this.noise));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), features: this.features, noise: this.noise };
  }
}
serialization.registerClass(Denoiser);

const quick = process.env.QUICK !== undefined;
setSeed(4);

const { train, test } = await loadFashionMnist({ source: 'sample' });
const clothes = unitScale(takeBalanced(train, quick ? 500 : 5000).images);
const { images } = takeBalanced(test, 100);

const model = new Denoiser();
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
model.optimizer.learningRate = 0.003;
await model.fit(clothes, clothes, { epochs: quick ? 4 : 15, verbose: 2 });

const file = join(await mkdtemp(join(tmpdir(), 'nabla-')), 'denoiser.keras');
await model.save(file);
const loaded = (await loadModel(file)) as Denoiser;
const [before, after] = tidy(() => {
  const clean = tensor(images.data, images.shape, 'float32').div(255);
  const noisy = loaded.withNoise(clean);
  const difference = (x: Tensor): number => x.sub(clean).square().mean().sqrt().dataSync()[0];
  return [difference(noisy), difference(loaded.predict(noisy) as Tensor)];
});
console.log(`root mean squared error: noisy ${before.toFixed(3)}, denoised ${after.toFixed(3)}`);
