import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../../src/index.js';
import { startBackend } from '../../support/backends.js';
import { tfjs } from '../../support/tfjs.js';
import { flag, float, GraphBuilder, int, ints, numbers, text, texts, type } from './graph.js';

/* Each op of a graph model, against tfjs's functions here and tfjs 4.22's own graph models where it is installed. */

beforeAll(async () => {
  await startBackend('cpu');
  await tfjs?.setBackend('cpu');
});

const IMAGE = [1, 5, 6, 2] as const;
const image = (): nabla.Tensor => nabla.tensor(numbers(60), [...IMAGE]);
const POOL = { ksize: ints(1, 2, 2, 1), strides: ints(1, 2, 2, 1), padding: text('SAME') };
const WINDOW = { strides: ints(1, 2, 1, 1), padding: text('SAME'), dilations: ints(1, 1, 1, 1) };

type Case = [
  name: string,
  build: (graph: GraphBuilder, x: string) => string,
  expected: (x: nabla.Tensor) => nabla.Tensor,
];

const FILTER = numbers(3 * 3 * 2 * 4);
const filter = (): nabla.Tensor => nabla.tensor(FILTER, [3, 3, 2, 4]);
const EACH = numbers(3 * 3 * 2 * 1);
const BIAS = [0.5, -0.25, 0.125, 1];

const CASES: readonly Case[] = [
  [
    'Conv2D',
    (graph, x) => graph.op('Conv2D', [x, graph.constant(FILTER, [3, 3, 2, 4])], WINDOW),
    (x) => nabla.conv2d(x, filter(), [2, 1], 'same'),
  ],
  [
    'Conv2D with explicit padding',
    (graph, x) =>
      graph.op('Conv2D', [x, graph.constant(FILTER, [3, 3, 2, 4])], {
        ...WINDOW,
        padding: text('EXPLICIT'),
        explicit_paddings: ints(0, 0, 1, 2, 0, 1, 0, 0),
      }),
    (x) =>
      nabla.conv2d(x, filter(), [2, 1], [
        [1, 2],
        [0, 1],
      ] as never),
  ],
  ...(['Relu6', 'Elu', 'LeakyRelu', 'Prelu'] as const).map(
    (name): Case => [
      `_FusedConv2D with BiasAdd and ${name}`,
      (graph, x) => {
        const inputs = [x, graph.constant(FILTER, [3, 3, 2, 4]), graph.constant(BIAS)];
        if (name === 'Prelu') inputs.push(graph.constant(BIAS, [1, 1, 4]));
        const attributes = {
          ...WINDOW,
          fused_ops: texts('BiasAdd', name),
          num_args: int(name === 'Prelu' ? 2 : 1),
          leakyrelu_alpha: float(0.3),
        };
        return graph.op('_FusedConv2D', inputs, attributes);
      },
      (x) => {
        const y = nabla.conv2d(x, filter(), [2, 1], 'same').add(BIAS);
        if (name === 'Relu6') return y.relu6();
        if (name === 'Elu') return y.elu();
        return name === 'LeakyRelu' ? nabla.leakyRelu(y, 0.3) : nabla.prelu(y, nabla.tensor(BIAS, [1, 1, 4]));
      },
    ],
  ),
  [
    'FusedDepthwiseConv2dNative with BiasAdd and Relu',
    (graph, x) =>
      graph.op('FusedDepthwiseConv2dNative', [x, graph.constant(EACH, [3, 3, 2, 1]), graph.constant([0.1, 0.2])], {
        ...WINDOW,
        strides: ints(1, 1, 1, 1),
        fused_ops: texts('BiasAdd', 'Relu'),
        num_args: int(1),
      }),
    (x) =>
      nabla
        .depthwiseConv2d(x, nabla.tensor(EACH, [3, 3, 2, 1]), 1, 'same')
        .add([0.1, 0.2])
        .relu(),
  ],
  [
    'Conv2DBackpropInput',
    (graph, x) =>
      graph.op(
        'Conv2DBackpropInput',
        [graph.whole([1, 10, 6, 3]), graph.constant(numbers(54), [3, 3, 3, 2]), x],
        WINDOW,
      ),
    (x) => nabla.conv2dTranspose(x, nabla.tensor(numbers(54), [3, 3, 3, 2]), [1, 10, 6, 3], [2, 1], 'same'),
  ],
  ['MaxPool', (graph, x) => graph.op('MaxPool', [x], POOL), (x) => nabla.maxPool(x, 2, 2, 'same')],
  ['AvgPool', (graph, x) => graph.op('AvgPool', [x], POOL), (x) => nabla.avgPool(x, 2, 2, 'same')],
  [
    'FusedBatchNormV3',
    (graph, x) => {
      const [scale, offset, mean, variance] = [
        [1, 2],
        [0.5, -1],
        [0.1, 0.2],
        [1, 3],
      ].map((each) => graph.constant(each));
      return graph.op('FusedBatchNormV3', [x, scale, offset, mean, variance], {
        epsilon: float(0.001),
        is_training: flag(false),
      });
    },
    (x) => nabla.batchNorm(x, [0.1, 0.2], [1, 3], [0.5, -1], [1, 2], 0.001),
  ],
  [
    'a shape that the graph computes',
    (graph, x) => {
      const shape = graph.op('Shape', [x], { out_type: type('INT32') });
      const [zero, one] = [graph.whole([0]), graph.whole([1])];
      const rows = graph.op('StridedSlice', [shape, zero, one, one], { shrink_axis_mask: int(1) });
      const target = graph.op('Pack', [rows, graph.whole(-1)], { axis: int(0) });
      return graph.op('Reshape', [x, target]);
    },
    (x) => x.reshape([1, -1]),
  ],
  [
    'StridedSlice with masks',
    (graph, x) =>
      graph.op('StridedSlice', [x, graph.whole([0, 1, -4, 0]), graph.whole([0, 5, 6, 1]), graph.whole([1, 2, 2, 1])], {
        begin_mask: int(1),
        end_mask: int(1),
      }),
    (x) => nabla.stridedSlice(x, [0, 1, -4, 0], [0, 5, 6, 1], [1, 2, 2, 1], 1, 1),
  ],
  [
    'Mean and Squeeze',
    (graph, x) => {
      const mean = graph.op('Mean', [x, graph.whole([1, 2])], { keep_dims: flag(true) });
      return graph.op('Squeeze', [mean], { squeeze_dims: ints(1, 2) });
    },
    (x) => x.mean([1, 2]),
  ],
  [
    'PadV2, ConcatV2 and Transpose',
    (graph, x) => {
      const padded = graph.op('PadV2', [x, graph.whole([0, 0, 1, 0, 0, 2, 0, 0], [4, 2]), graph.constant(3)]);
      const joined = graph.op('ConcatV2', [padded, padded, graph.whole(-1)]);
      return graph.op('Transpose', [joined, graph.whole([0, 3, 1, 2])]);
    },
    (x) => {
      const padded = nabla.pad(
        x,
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ] as never,
        3,
      );
      return nabla.concat([padded, padded], -1).transpose([0, 3, 1, 2]);
    },
  ],
  [
    'Split, and its second output',
    (graph, x) => {
      const halves = graph.op('Split', [graph.whole(2), x], { num_split: int(3) });
      return graph.op('Sub', [`${halves}:2`, halves]);
    },
    (x) => {
      const [first, , last] = nabla.split(x, 3, 2);
      return last.sub(first);
    },
  ],
  ...(
    [
      [false, false],
      [true, false],
      [false, true],
    ] as const
  ).map(
    ([corners, centers]): Case => [
      `ResizeBilinear, corners ${corners}, centers ${centers}`,
      (graph, x) =>
        graph.op('ResizeBilinear', [x, graph.whole([7, 4])], {
          align_corners: flag(corners),
          half_pixel_centers: flag(centers),
        }),
      (x) => nabla.image.resizeBilinear(x, [7, 4], corners, centers),
    ],
  ),
  [
    'MatMul of whole numbers',
    (graph, x) => {
      const whole = graph.op('Cast', [graph.op('Mul', [x, graph.constant(9)])], {
        DstT: type('INT32'),
        SrcT: type('FLOAT'),
      });
      const matrix = graph.op('Reshape', [whole, graph.whole([6, 10])]);
      return graph.op('MatMul', [matrix, matrix], { transpose_a: flag(false), transpose_b: flag(true) });
    },
    (x) => {
      const matrix = x.mul(9).cast('int32').reshape([6, 10]).cast('float32');
      return nabla.matMul(matrix, matrix, false, true).cast('int32');
    },
  ],
  [
    'TopKV2, ArgMax, OneHot and Fill',
    (graph, x) => {
      const top = graph.op('TopKV2', [x, graph.whole(2)], { sorted: flag(true) });
      const places = graph.op('ArgMax', [top, graph.whole(2)]);
      const hot = graph.op('OneHot', [places, graph.whole(7), graph.constant(2), graph.constant(-1)], {
        axis: int(-1),
      });
      return graph.op('Add', [hot, graph.op('Fill', [graph.whole([7]), graph.constant(0.5)])]);
    },
    (x) => nabla.oneHot(nabla.topk(x, 2).values.argMax(2), 7, 2, -1).add(nabla.fill([7], 0.5)),
  ],
  [
    'GatherV2, SelectV2 and comparisons',
    (graph, x) => {
      const taken = graph.op('GatherV2', [x, graph.whole([3, 0]), graph.whole(1)]);
      const isPositive = graph.op('Greater', [taken, graph.constant(0)]);
      return graph.op('SelectV2', [isPositive, taken, graph.op('Exp', [taken])]);
    },
    (x) => {
      const taken = nabla.gather(x, nabla.tensor1d([3, 0], 'int32'), 1);
      return nabla.where(taken.greater(0), taken, taken.exp());
    },
  ],
];

function expectClose(given: nabla.Tensor, expected: nabla.Tensor): void {
  expect(given.shape).toEqual(expected.shape);
  expect(given.dtype).toBe(expected.dtype);
  const values = expected.dataSync();
  for (const [i, value] of given.dataSync().entries())
    expect(Math.abs(Number(value) - Number(values[i]))).toBeLessThan(1e-5);
}

describe.each(CASES)('%s', (_, build, expected) => {
  const graphOf = (): GraphBuilder => {
    const graph = new GraphBuilder();
    build(graph, graph.placeholder('x', IMAGE));
    return graph;
  };

  test('as the function', async () => {
    const model = await graphOf().load();
    expectClose(model.predict(image()) as nabla.Tensor, expected(image()));
    expectClose(model.execute(image()) as nabla.Tensor, expected(image()));
    const { numTensors } = nabla.memory();
    nabla.dispose(model.predict(image()) as nabla.Tensor);
    expect(nabla.memory().numTensors).toBe(numTensors + 1);
    model.dispose();
  });

  test.skipIf(!tfjs)('as tfjs 4.22 (needs npm install in bench/peers)', async () => {
    const graph = graphOf();
    const model = await graph.load();
    const theirs = await tfjs!.loadGraphModel(tfjs!.io.fromMemory(graph.artifacts()) as never);
    const x = tfjs!.tensor(numbers(60), [...IMAGE]);
    expectClose(model.predict(image()) as nabla.Tensor, theirs.predict(x) as nabla.Tensor);
    model.dispose();
  });
});
