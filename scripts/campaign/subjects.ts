import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';

/** A file of one kind, and how it is read. */
export interface Subject {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Reads the file with these bytes; throws what a reader throws. */
  read(bytes: Uint8Array): Promise<void>;
}

/** A model with a convolution, moving statistics, frozen weights and a nested model, trained for a step. */
async function trainedModel(): Promise<Model> {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1], activation: 'relu' }),
      layers.batchNormalization(),
      sequential({ name: 'inner', layers: [layers.flatten({ inputShape: [4, 4, 2] }), layers.dense({ units: 3 })] }),
      layers.dense({ units: 2, activation: 'softmax', trainable: false }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const x = { values: new Float32Array(72).fill(0.5), shape: [2, 6, 6, 1] };
  await model.fit(
    x,
    [
      [1, 0],
      [0, 1],
    ],
    { epochs: 1, verbose: 0 },
  );
  return model;
}

const fileOf = (bytes: Uint8Array, name: string): File => new File([bytes as Uint8Array<ArrayBuffer>], name);

/** One subject for each format of models that nabla reads. */
export async function modelSubjects(): Promise<Subject[]> {
  const model = await trainedModel();
  const subjects: Subject[] = [];
  for (const format of ['h5', 'keras', 'safetensors'] as const) {
    const read = async (bytes: Uint8Array) => (await loadModel(fileOf(bytes, `subject.${format}`))).dispose();
    subjects.push({ name: format, bytes: await encodeModel(model, format), read });
  }
  subjects.push(...tfjsSubjects());
  model.dispose();
  return subjects;
}

/** model.json and its shard: one is mutated, the other stays whole. */
function tfjsSubjects(): Subject[] {
  const dense = { class_name: 'Dense', config: { name: 'd', units: 3, batch_input_shape: [null, 4] } };
  const weights = [
    { name: 'd/kernel', shape: [4, 3], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1 } },
    { name: 'd/bias', shape: [3], dtype: 'float32' },
    { name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' },
  ];
  const json = {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 's', layers: [dense] },
      keras_version: 'tfjs-layers 4.22.0',
      training_config: {
        loss: 'mse',
        metrics: [],
        optimizer_config: { class_name: 'Adam', config: { learningRate: 0.1 } },
      },
    },
    weightsManifest: [{ paths: ['w.bin'], weights }],
  };
  const text = new TextEncoder().encode(JSON.stringify(json));
  const shard = new Uint8Array(12 + 12 + 4).fill(1);
  const read = async (model: Uint8Array, numbers: Uint8Array): Promise<void> =>
    (await loadModel([fileOf(model, 'subject.json'), fileOf(numbers, 'w.bin')])).dispose();
  return [
    { name: 'tfjs model.json', bytes: text, read: (bytes) => read(bytes, shard) },
    { name: 'tfjs shard', bytes: shard, read: (bytes) => read(text, bytes) },
  ];
}
