import { boolean, callable, type Given, positiveInteger } from '../base/options.js';
import type { Layer } from '../layers/base/layer.js';
import type { GraphNode, SymbolicShape } from '../layers/base/symbolic.js';
import type { Network } from './network.js';

const TABLE_OPTIONS = {
  /** Characters per line; default 65, or 98 when the graph branches, as in Keras 2. */
  lineLength: positiveInteger().optional(),
  /** Whether to list the layers of nested models below the model's row; default false. */
  expandNested: boolean().default(false),
};

export const SUMMARY_OPTIONS = {
  ...TABLE_OPTIONS,
  /** Called with each line; default `console.log`. */
  printFn: callable<(line: string) => void>().default((line) => console.log(line)),
  /** Whether to return the table as data and print nothing; default false. */
  json: boolean().default(false),
};

export type SummaryOptions = Given<Omit<typeof SUMMARY_OPTIONS, 'json'>>;
type TableOptions = Given<typeof TABLE_OPTIONS>;

/** The table of a model as data. */
export interface SummaryData {
  readonly name: string;
  readonly totals: { readonly Total: number; readonly Trainable: number; readonly 'Non-trainable': number };
  readonly layers: readonly {
    readonly name: string;
    /** Keras's class name. */
    readonly type: string;
    /** `'multiple'` for a shared layer whose calls differ. */
    readonly outputShape: SymbolicShape | readonly SymbolicShape[] | 'multiple';
    readonly params: number;
    /** `layer[call][output]` for each input of each call; empty where the model is a plain chain. */
    readonly inbound: readonly string[];
    /** Nesting depth; only with `expandNested`. */
    readonly depth?: number;
  }[];
}

/** A layer with layers is a model; not `instanceof`, because the model imports this file. */
const isModel = (layer: Layer): layer is Network => 'layers' in layer;

/** Group the calls of a model by layer; a shared layer has several. */
function callsByLayer(model: Network): Map<Layer, GraphNode[]> {
  const calls = new Map<Layer, GraphNode[]>();
  for (const node of [...model.inputs.map((each) => each.node), ...model.graph.nodes]) {
    calls.set(node.layer, [...(calls.get(node.layer) ?? []), node]);
  }
  return calls;
}

/** The calls of layers in a subclass's own `call` are unknown; Keras 2 prints `multiple` too. */
function outputShape(calls: readonly GraphNode[]): SymbolicShape | SymbolicShape[] | 'multiple' {
  if (calls.length === 0) return 'multiple';
  const [first, ...others] = calls.map(({ outputs }) => outputs.map(({ shape }) => [...shape]));
  if (others.some((shapes) => JSON.stringify(shapes) !== JSON.stringify(first))) return 'multiple';
  return first.length === 1 ? first[0] : first;
}

/** Return whether some layer is shared, or does not simply follow the previous one. */
function branches(model: Network): boolean {
  if (!model.isGraph) return false;
  const { nodes } = model.graph;
  if (model.inputs.length > 1 || new Set(nodes.map(({ layer }) => layer)).size < nodes.length) return true;
  return nodes.some((node, index) => {
    const before = index ? nodes[index - 1] : model.inputs[0].node;
    return node.inputs.length !== 1 || node.inputs[0].node !== before;
  });
}

/**
 * Return the table of a model: layers in order, output shapes, parameters, and the inputs of each layer if it branches.
 */
export function summaryData(model: Network, { expandNested = false }: TableOptions = {}, depth = 0): SummaryData {
  const connected = branches(model);
  const count = (weights: readonly { size: number }[]) => weights.reduce((total, { size }) => total + size, 0);
  const callsOf = callsByLayer(model);
  const layers = model.layers.flatMap((layer): SummaryData['layers'] => {
    const calls = callsOf.get(layer) ?? [];
    const inbound = calls.flatMap(({ inputs }) =>
      inputs.map(
        ({ node: { layer: source, callIndex }, outputIndex }) => `${source.name}[${callIndex}][${outputIndex}]`,
      ),
    );
    const row = {
      name: layer.name,
      type: layer.className,
      outputShape: outputShape(calls),
      params: layer.countParams(),
      inbound: connected ? inbound : [],
    };
    if (!expandNested) return [row];
    const inner = isModel(layer) ? summaryData(layer, { expandNested }, depth + 1).layers : [];
    return [{ ...row, depth }, ...inner];
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

/** Keras lists an input layer's shape, and the shapes of a layer with several outputs, in brackets. */
function shapeCell({ type, outputShape }: SummaryData['layers'][number]): string {
  if (outputShape === 'multiple') return outputShape;
  const many = Array.isArray(outputShape[0]);
  if (!many && type !== 'InputLayer') return shapeText(outputShape as SymbolicShape);
  const shapes = (many ? outputShape : [outputShape]) as readonly SymbolicShape[];
  return `[${shapes.map(shapeText).join(', ')}]`;
}

/** One row, with each cell truncated or padded to its column. */
function row(cells: readonly string[], ends: readonly number[]): string {
  let line = '';
  for (const [index, cell] of cells.entries()) {
    if (index > 0) line = `${line.slice(0, ends[index - 1] - 1)} `;
    line = (line + cell).slice(0, ends[index]).padEnd(ends[index]);
  }
  return line;
}

/** The lines of Keras 2's `model.summary()`. */
export function summaryLines(model: Network, options: TableOptions = {}): string[] {
  const { lineLength } = options;
  const data = summaryData(model, options);
  const connected = data.layers.some(({ inbound }) => inbound.length > 0);
  const width = lineLength ?? (connected ? 98 : 65);
  const shares = connected ? [0.33, 0.55, 0.67, 1] : [0.45, 0.85, 1];
  const ends = shares.map((share) => Math.floor(width * share));
  const thin = '_'.repeat(width);
  const thick = '='.repeat(width);
  const heads = ['Layer (type)', 'Output Shape', 'Param #', ...(connected ? ['Connected to'] : [])];
  const lines = [`Model: "${data.name}"`, thin, row(heads, ends), thick];
  for (const [index, layer] of data.layers.entries()) {
    const [first = '', ...others] = layer.inbound;
    // Same form as Keras 3 for nested models.
    const place = layer.depth ? `${'   '.repeat(layer.depth - 1)}└ ` : '';
    const cells = [`${place}${layer.name} (${layer.type})`, shapeCell(layer), String(layer.params)];
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
