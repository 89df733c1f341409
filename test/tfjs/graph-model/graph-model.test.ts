import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import * as nabla from '../../../src/index.js';
import { startBackend } from '../../support/backends.js';
import { dims, flag, GraphBuilder, ints, numbers, text, type } from './graph.js';

/* How a graph model is loaded, asked and freed; and what is wrong with files and inputs. */

beforeAll(async () => void (await startBackend('wasm')));

/** A convolution, and its mean as a second output. */
function small(): GraphBuilder {
  const graph = new GraphBuilder();
  const x = graph.placeholder('x', [-1, 4, 4, 2]);
  const filter = graph.constant(numbers(24), [2, 2, 2, 3], 'filter');
  const y = graph.op('Conv2D', [x, filter], { strides: ints(1, 1, 1, 1), padding: text('VALID') }, 'y');
  graph.op('Mean', [y, graph.whole([1, 2, 3])], { keep_dims: flag(false) }, 'mean');
  graph.op('Relu', [y], {}, 'positive');
  return graph;
}

const info = (name: string, shape: readonly number[]) => ({
  name,
  dtype: 'DT_FLOAT',
  tensorShape: (dims(shape) as { shape: object }).shape,
});
const SIGNATURE = {
  inputs: { image: info('x:0', [-1, 4, 4, 2]) },
  outputs: { rectified: info('positive:0', [-1, 3, 3, 3]), average: info('mean:0', [-1]) },
};
const image = (): nabla.Tensor => nabla.tensor(numbers(64), [2, 4, 4, 2]);
const values = (tensor: unknown): number[] => [...(tensor as nabla.Tensor).dataSync()].map(Number);

test('inputs and outputs are those of the signature', async () => {
  const model = await small().load({ signature: SIGNATURE });
  expect(model.inputs).toEqual([{ name: 'x', shape: [null, 4, 4, 2], dtype: 'float32' }]);
  expect(model.outputs.map(({ name, shape }) => [name, shape])).toEqual([
    ['positive', [null, 3, 3, 3]],
    ['mean', [null]],
  ]);
  expect([model.inputNodes, model.outputNodes, model.modelVersion]).toEqual([['x'], ['positive', 'mean'], '27.3']);
  const [positive, mean] = model.predict(image()) as nabla.Tensor[];
  expect([positive.shape, mean.shape]).toEqual([[2, 3, 3, 3], [2]]);
  const forms: (nabla.Tensor[] | Record<string, nabla.Tensor>)[] = [
    [image()],
    { x: image() },
    { 'x:0': image() },
    { image: image() },
  ];
  for (const inputs of forms) {
    expect((model.predict(inputs) as nabla.Tensor[]).map(values)).toEqual([positive, mean].map(values));
    expect((await (model.predictAsync(inputs) as Promise<nabla.Tensor[]>)).map(values)[0].length).toBe(54);
  }
  const y = model.execute(image(), 'y') as nabla.Tensor;
  expect(values(y.relu())).toEqual(values(positive).map((value) => expect.closeTo(value, 5)));
  expect((model.execute(image(), ['mean', 'y']) as nabla.Tensor[]).map(({ shape }) => shape)).toEqual([
    [2],
    [2, 3, 3, 3],
  ]);
  expect(model.weights.filter[0].shape).toEqual([2, 2, 2, 3]);
});

test('without a signature, outputs are the nodes that nothing reads; metadata may name them', async () => {
  expect((await small().load()).outputNodes).toEqual(['mean', 'positive']);
  const named = await small().load({ userDefinedMetadata: { signature: SIGNATURE, structuredOutputKeys: ['a', 'b'] } });
  expect(Object.keys(named.predict(image()) as object)).toEqual(['a', 'b']);
});

test('it is saved, and loads again with the same predictions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-graph-'));
  try {
    const model = await small().load({ signature: SIGNATURE });
    await model.save(`file://${folder}`);
    const again = await nabla.loadGraphModel(`file://${folder}/model.json`);
    expect((again.predict(image()) as nabla.Tensor[]).map(values)).toEqual(
      (model.predict(image()) as nabla.Tensor[]).map(values),
    );
    await expect(nabla.loadLayersModel(`file://${folder}/model.json`)).rejects.toThrow('loadGraphModel loads it');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('weights of 8 bits are read', async () => {
  const [exact] = (await (await small().load({ signature: SIGNATURE })).predictAsync(image())) as nabla.Tensor[];
  const [rounded] = (await small().load({ signature: SIGNATURE }, 'uint8')).predict(image()) as nabla.Tensor[];
  const difference = values(exact.sub(rounded)).map(Math.abs);
  expect(Math.max(...difference)).toBeGreaterThan(0);
  expect(Math.max(...difference)).toBeLessThan(0.05);
});

test('memory is flat, and freed with the model', async () => {
  const before = nabla.memory().numTensors;
  const model = await small().load();
  const x = image();
  nabla.dispose(model.predict(x) as nabla.Tensor[]);
  const { numTensors, numBytes } = nabla.memory();
  for (let i = 0; i < 20; i++) nabla.dispose(model.predict(x) as nabla.Tensor[]);
  expect(nabla.memory()).toMatchObject({ numTensors, numBytes });
  x.dispose();
  model.dispose();
  model.dispose();
  expect(nabla.memory().numTensors).toBe(before);
  expect(() => model.predict(image())).toThrow('predict: the graph model was disposed');
});

test('an op of the program', async () => {
  const graph = new GraphBuilder();
  graph.op('Center', [graph.placeholder('x', [2])], { mean: { f: 0.5 }, axes: ints(1, 2), mode: text('all') }, 'y');
  await expect(graph.load()).rejects.toThrow('ops that are not supported: Center');
  let attributes: unknown;
  nabla.registerOp('Center', ({ inputs, attrs }) => {
    attributes = attrs;
    return inputs[0].sub(attrs.mean as number);
  });
  const model = await graph.load();
  expect(values(model.predict(nabla.tensor1d([1, 2])))).toEqual([0.5, 1.5]);
  expect(attributes).toEqual({ mean: 0.5, axes: [1, 2], mode: 'all' });
  nabla.deregisterOp('Center');
  await expect(graph.load()).rejects.toThrow('Center');
  expect(() => nabla.registerOp('', () => [])).toThrow('registerOp: name');
});

test.each<[string, unknown, string]>([
  ['too few', [], 'predict: 0 tensors, expected 1: x'],
  ['another name', { y2: 1 }, 'predict: y2 is 1, expected a tensor'],
  ['no input', {}, 'predict: x missing, expected a tensor for each input'],
  ['another shape', () => nabla.zeros([2, 4, 5, 2]), 'predict: x is [2,4,5,2], expected [any, 4, 4, 2]'],
  ['another dtype', () => nabla.zeros([2, 4, 4, 2], 'int32'), 'predict: x is int32, expected float32'],
  ['an unknown name', () => ({ picture: image() }), "predict: there is no input 'picture', expected x"],
])('inputs with %s are refused', async (_, inputs, message) => {
  const model = await small().load();
  const given = typeof inputs === 'function' ? inputs() : inputs;
  expect(() => model.predict(given as never)).toThrow(message);
});

test('an output that is not there is refused', async () => {
  const model = await small().load();
  expect(() => model.execute(image(), 'nothing')).toThrow("execute: the graph has no node 'nothing'");
  expect(() => model.execute(image(), 'y:1')).toThrow('y (Conv2D): output 1 is none');
});

test.each<[string, (graph: GraphBuilder) => void, string]>([
  [
    'ops that are not supported, all at once',
    (graph) => graph.op('StringJoin', [graph.op('FFT', ['x']), graph.op('FFT', ['x'])]),
    'ops that are not supported: FFT (2 nodes), StringJoin',
  ],
  ['a node that is not there', (graph) => graph.op('Relu', ['nowhere']), 'there is no node nowhere'],
  ['two nodes of a name', (graph) => graph.op('Relu', ['x'], {}, 'x'), 'two nodes are named x'],
  [
    'a loop that enters itself',
    (graph) => graph.op('Exit', [graph.op('Enter', ['x', '^turn'], { frame_name: text('loop') }, 'turn')]),
    'turn (Enter): in over 16 loops',
  ],
  [
    'a constant without values',
    (graph) => graph.op('Const', [], { dtype: type('FLOAT') }, 'lost'),
    'has no values for this constant',
  ],
])('a file with %s is refused', async (_, spoil, message) => {
  const graph = small();
  spoil(graph);
  const before = nabla.memory().numTensors;
  await expect(graph.load()).rejects.toThrow(message);
  expect(nabla.memory().numTensors).toBe(before);
});

test.each<[string, (graph: GraphBuilder) => void, string]>([
  [
    'a circle',
    (graph) => {
      graph.op('Add', ['x', 'b'], {}, 'a');
      graph.op('Relu', ['a'], {}, 'b');
      graph.op('Relu', ['b'], {}, 'end');
    },
    'waits for',
  ],
  [
    'channels first',
    (graph) => graph.op('BiasAdd', ['x', 'filter'], { data_format: text('NCHW') }, 'end'),
    'data_format is NCHW',
  ],
  [
    'an attribute that is missing',
    (graph) => graph.op('MaxPool', ['x'], { padding: text('SAME') }, 'end'),
    'attribute ksize is',
  ],
  [
    'a fused function that is not known',
    (graph) => graph.op('_FusedMatMul', ['x', 'x'], { fused_ops: ['Gelu'] as never }, 'end'),
    'end (_FusedMatMul)',
  ],
])('%s is an error that names the node', async (_, spoil, message) => {
  const graph = small();
  spoil(graph);
  const model = await graph.load();
  const x = image();
  const { numTensors } = nabla.memory();
  expect(() => model.execute(x, 'end')).toThrow(message);
  expect(nabla.memory().numTensors).toBe(numTensors);
});

test('functions of a graph are refused by name', async () => {
  const artifacts = small().artifacts();
  const library = { function: [{ signature: { name: 'while_body_1' } }] };
  const modelTopology = { ...artifacts.modelTopology, library };
  await expect(nabla.loadGraphModel(nabla.io.fromMemory({ ...artifacts, modelTopology }))).rejects.toThrow(
    'while_body_1',
  );
  const layers = nabla.io.fromMemory({ ...artifacts, modelTopology: { class_name: 'Sequential' } });
  await expect(nabla.loadGraphModel(layers)).rejects.toThrow('loadLayersModel loads layers');
});
