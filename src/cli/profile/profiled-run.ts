import { ShapeError, ValueError } from '../../base/errors.js';
import type { SymbolicTensor } from '../../layers/base/symbolic.js';
import type { Model } from '../../models/model.js';
import { zeros } from '../../ops/creation.js';
import { randomUniform } from '../../ops/random.js';
import { type Profile, profile } from '../../profile/index.js';
import { dispose } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { zoo } from '../../zoo/index.js';
import type { ImageShape } from '../../zoo/options.js';
import { findModel } from '../find-model.js';
import { showShape } from '../model-images.js';

/** Settings of a profile. */
export interface ProfiledWork {
  readonly train: boolean;
  readonly batch: number;
  /** [height, width] of images; null for those of the model. */
  readonly size: readonly [number, number] | null;
  /** Number of timed runs after the warm-up; the one with median duration is shown. */
  readonly runs: number;
}

/** Height and width of images for models that accept any size. */
const SIDE = 224;

/** Warm-up runs, in which weights are packed, plans are made and V8 compiles hot code. */
const WARM_UP = 5;

/**
 * Create a model of the zoo for images of a given size, or load a file.
 * @throws ShapeError when the model of a file takes images of another size
 */
export async function modelFor(nameOrFile: string, size: ProfiledWork['size']): Promise<Model> {
  const model = await findModel(nameOrFile);
  const [, height, width, channels] = model.inputs[0].shape;
  if (!size || (height === size[0] && width === size[1])) return model;
  if (model.inputs[0].shape.length !== 4) throw new ValueError(`--size: the input of ${model.name} is not an image`);
  if (Object.hasOwn(zoo, nameOrFile)) {
    model.dispose();
    return zoo[nameOrFile]({ inputShape: [...size, channels] as unknown as ImageShape });
  }
  if ((height ?? size[0]) === size[0] && (width ?? size[1]) === size[1]) return model;
  throw new ShapeError(`--size is ${size.join('x')}, and ${model.name} takes ${showShape(model.inputs[0].shape)}`);
}

/** The shape of an input or output of the model, with unknown sizes filled in. */
function shapeOf({ shape }: SymbolicTensor, { batch, size }: ProfiledWork): number[] {
  return shape.map((given, axis) => (axis === 0 ? batch : (given ?? size?.[axis - 1] ?? SIDE)));
}

const randomInput = (input: SymbolicTensor, work: ProfiledWork): Tensor => {
  const shape = shapeOf(input, work);
  return input.dtype === 'float32' ? randomUniform(shape) : zeros(shape, input.dtype);
};

const packed = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0] : list);

/** The step to time, its description, and a function that frees its tensors. */
interface Prepared {
  readonly description: string;
  readonly run: () => Promise<void>;
  readonly inputs: readonly Tensor[];
}

function prepared(model: Model, work: ProfiledWork): Prepared {
  const inputs = model.inputs.map((input) => randomInput(input, work));
  const x = packed(inputs) as Tensor;
  const of = `batch [${inputs.map(({ shape }) => shape).join('], [')}]`;
  if (!work.train) {
    const run = async () => {
      const y = model.predict(x, { batchSize: work.batch }) as Tensor | Tensor[];
      for (const each of [y].flat()) await each.data();
      dispose(y);
    };
    return { description: `predict, ${of}`, run, inputs };
  }
  const shown = model.predict(x, { batchSize: work.batch }) as Tensor | Tensor[];
  const labels = [shown].flat().map(({ shape }) => randomUniform(shape));
  dispose(shown);
  const isClassifier = model.outputs.every(({ shape }) => shape.length === 2 && (shape[1] ?? 0) > 1);
  const loss = isClassifier ? 'categoricalCrossentropy' : 'meanSquaredError';
  model.compile({ optimizer: 'adam', loss });
  const run = async () => {
    await model.trainOnBatch(x, packed(labels) as Tensor);
  };
  return { description: `training step with adam and ${loss}, ${of}`, run, inputs: [...inputs, ...labels] };
}

/** Run a model on random inputs several times, and return the profile of the run with median duration. */
export async function profiledRun(
  model: Model,
  work: ProfiledWork,
): Promise<{ readonly description: string; readonly profile: Profile<void> }> {
  const { description, run, inputs } = prepared(model, work);
  const profiles: Profile<void>[] = [];
  try {
    for (let count = 0; count < WARM_UP; count++) await run();
    for (let count = 0; count < work.runs; count++) profiles.push(await profile(run));
  } finally {
    dispose(inputs);
  }
  profiles.sort((a, b) => a.wallMs - b.wallMs);
  return { description, profile: profiles[profiles.length >> 1] };
}
