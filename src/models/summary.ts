import type { Layer } from '../layers/layer.js';
import type { GraphNode, SymbolicShape } from '../layers/symbolic.js';
import type { Model } from './model.js';

export interface SummaryOptions {
  /** Characters a line; default 65, or 98 when the graph branches, as Keras has it. */
  readonly lineLength?: number;
  /** Called with each line; default `console.log`. */
  readonly printFn?: (line: string) => void;
}

/** A model's table as data. */
export interface SummaryData {
  readonly name: string;
  readonly totals: { readonly Total: number; readonly Trainable: number; readonly 'Non-trainable': number };
  readonly layers: readonly {
    readonly name: string;
    /** Keras's class name. */
    readonly type: string;
    readonly outputShape: SymbolicShape | readonly SymbolicShape[];
    readonly params: number;
    /** `layer[call][output]` for each input; empty where the model is a plain chain. */
    readonly inbound: readonly string[];
  }[];
}

/** The call of a layer that belongs to a model; a shared layer's first. */
function nodeIn(model: Model, layer: Layer): GraphNode {
  return model.graph.nodes.find((node) => node.layer === layer) ?? layer.nodes[0];
}

/** Whether some layer does not simply follow the one before it. */
function branches(model: Model): boolean {
  const { nodes } = model.graph;
  return nodes.some((node, index) => {
    const before = index ? nodes[index - 1] : model.inputs[0].node;
    return node.inputs.length !== 1 || node.inputs[0].node !== before;
  });
}

/** The table of a model: layers in order, output shapes, parameters, and what feeds each layer when the graph branches. */
export function summaryData(model: Model): SummaryData {
  const connected = branches(model);
  const count = (weights: readonly { size: number }[]) => weights.reduce((total, { size }) => total + size, 0);
  const layers = model.layers.map((layer) => {
    const node = nodeIn(model, layer);
    const shapes = node.outputs.map(({ shape }) => [...shape]);
    const inbound = node.inputs.map(
      ({ node: source, outputIndex }) => `${source.layer.name}[${source.callIndex}][${outputIndex}]`,
    );
    return {
      name: layer.name,
      type: layer.className,
      outputShape: shapes.length === 1 ? shapes[0] : shapes,
      params: layer.countParams(),
      inbound: connected ? inbound : [],
    };
  });
  return {
    name: model.name,
    totals: {
      Total: model.countParams(),
      Trainable: count(model.trainableWeights),
      'Non-trainable': count(model.nonTrainableWeights),
    },
    layers,
  };
}

const shapeText = (shape: SymbolicShape): string =>
  `(${shape.map((size) => size ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;

/** One row, each cell cut or filled up to its column's end. */
function row(cells: readonly string[], ends: readonly number[]): string {
  let line = '';
  for (const [index, cell] of cells.entries()) {
    if (index > 0) line = `${line.slice(0, ends[index - 1] - 1)} `;
    line = (line + cell).slice(0, ends[index]).padEnd(ends[index]);
  }
  return line;
}

/** The lines of Keras's `model.summary()`. */
export function summaryLines(model: Model, { lineLength }: SummaryOptions = {}): string[] {
  const data = summaryData(model);
  const connected = data.layers.some(({ inbound }) => inbound.length > 0);
  const width = lineLength ?? (connected ? 98 : 65);
  const shares = connected ? [0.33, 0.55, 0.67, 1] : [0.45, 0.85, 1];
  const ends = shares.map((share) => Math.floor(width * share));
  const thin = '_'.repeat(width);
  const thick = '='.repeat(width);
  const heads = ['Layer (type)', 'Output Shape', 'Param #', ...(connected ? ['Connected to'] : [])];
  const lines = [`Model: "${data.name}"`, thin, row(heads, ends), thick];
  for (const [index, layer] of data.layers.entries()) {
    const shape = Array.isArray(layer.outputShape[0])
      ? `[${(layer.outputShape as SymbolicShape[]).map(shapeText).join(', ')}]`
      : shapeText(layer.outputShape as SymbolicShape);
    const [first = '', ...others] = layer.inbound;
    const cells = [`${layer.name} (${layer.type})`, shape, String(layer.params)];
    lines.push(row(connected ? [...cells, first] : cells, ends));
    for (const other of others) lines.push(row(['', '', '', other], ends));
    lines.push(index === data.layers.length - 1 ? thick : thin);
  }
  const number = (value: number) => value.toLocaleString('en-US');
  const { Total, Trainable, 'Non-trainable': frozen } = data.totals;
  lines.push(
    `Total params: ${number(Total)}`,
    `Trainable params: ${number(Trainable)}`,
    `Non-trainable params: ${number(frozen)}`,
    thin,
  );
  return lines;
}
