import { gpuInfo } from '../../../../src/gpu.js';
import { BackendError, setBackend, square, tensor } from '../../../../src/index.js';
import { MODELS, type TrainedModel, train } from '../models.js';
import { mode, report } from './report.js';

/* Training, with the package as it is published. */

const STEPS = 30;

async function followsCpu(trained: TrainedModel): Promise<string[]> {
  await setBackend('cpu');
  const expected = await train(trained, { steps: STEPS });
  await setBackend('gpu', { mode });
  const losses = await train(trained, { steps: STEPS });
  return losses.flatMap((loss, step) =>
    Math.abs(loss - expected[step]) <= 1e-3 ? [] : [`step ${step}: loss ${loss} for ${expected[step]}`],
  );
}

/** Contexts that this page made, to take one away. */
const contexts: WebGL2RenderingContext[] = [];
for (const canvas of [HTMLCanvasElement, OffscreenCanvas]) {
  const { prototype } = canvas as unknown as { prototype: { getContext(...args: unknown[]): unknown } };
  const { getContext } = prototype;
  prototype.getContext = function (...args) {
    const context = getContext.apply(this, args);
    if (context instanceof WebGL2RenderingContext) contexts.push(context);
    return context;
  };
}

/** A context that the browser takes away shows as a BackendError, and the library goes on. */
async function losesContext(): Promise<string[]> {
  if (mode !== 'webgl2') return [];
  contexts.length = 0;
  await setBackend('gpu', { mode });
  const x = tensor([1, 2]);
  for (const context of contexts) context.getExtension('WEBGL_lose_context')?.loseContext();
  const found: string[] = [];
  const errors = [() => square(x), () => x.data()].map((f) =>
    (async () => f())().then(
      () => null,
      (error) => error,
    ),
  );
  for (const error of await Promise.all(errors)) {
    if (!(error instanceof BackendError) || !error.message.includes('lost'))
      found.push(`expected a loss, got ${error}`);
  }
  x.dispose();
  await setBackend('cpu');
  if ((await square(tensor([3])).data())[0] !== 9) found.push('cpu does not go on');
  await setBackend('gpu', { mode });
  if ((await square(tensor([3])).data())[0] !== 9) found.push('a new context does not go on');
  return found;
}

await setBackend('gpu', { mode });
await report({
  'the mode that runs': async () => (gpuInfo().mode === mode ? [] : [gpuInfo().mode]),
  ...Object.fromEntries(MODELS.map((each) => [each.name, () => followsCpu(each)])),
  'a lost context': losesContext,
});
