import { FormatError } from '../../base/errors.js';
import { asArray, asObject, asString, isObject, type JsonObject } from '../../io/bytes/json.js';
import { Attributes } from './attributes.js';

/* TensorFlow's GraphDef, as tfjs's converter writes it to model.json: nodes that name the nodes they read. */

/** One output of a node. */
export interface OutputRef {
  readonly node: string;
  readonly output: number;
}

export interface GraphDefNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly OutputRef[];
  /** Nodes that must have run before, and decide whether this one does. */
  readonly controls: readonly OutputRef[];
  readonly attributes: Attributes;
  /** `model.json: name (Op)`. */
  readonly caller: string;
}

/** A graph that is larger than this is forged. */
const MAX_NODES = 200_000;

/** @throws FormatError when the nodes are not a graph */
export function readGraphDef(topology: JsonObject, file: string): ReadonlyMap<string, GraphDefNode> {
  const list = asArray(topology.node, `${file}: modelTopology.node`);
  if (list.length > MAX_NODES) throw new FormatError(`${file}: ${list.length} nodes, expected at most ${MAX_NODES}`);
  assertWithoutFunctions(topology, file);
  const nodes = new Map<string, GraphDefNode>();
  for (const [index, json] of list.entries()) {
    const node = readNode(asObject(json, `${file}: node[${index}]`), file, index);
    if (nodes.has(node.name)) throw new FormatError(`${file}: two nodes are named ${node.name}`);
    nodes.set(node.name, node);
  }
  for (const { inputs, controls, caller } of nodes.values()) {
    const missing = [...inputs, ...controls].find(({ node }) => !nodes.has(node));
    if (missing) throw new FormatError(`${caller}: there is no node ${missing.node}`);
  }
  return nodes;
}

function assertWithoutFunctions({ library }: JsonObject, file: string): void {
  const functions = isObject(library) ? asArray(library.function ?? [], `${file}: library.function`) : [];
  if (functions.length === 0) return;
  const names = functions.map((each) => (each as { signature?: { name?: unknown } })?.signature?.name);
  throw new FormatError(
    `${file}: functions of the graph (${names.slice(0, 5).join(', ')}) are not supported: convert the model with ` +
      '--control_flow_v2=False',
  );
}

function readNode({ name: given, op: kind, input, attr }: JsonObject, file: string, index: number): GraphDefNode {
  const name = asString(given, `${file}: node[${index}].name`);
  const op = asString(kind, `${file}: ${name}: op`);
  const caller = `${file}: ${name} (${op})`;
  const all = asArray(input ?? [], `${caller}: input`).map((each) => asString(each, `${caller}: input`));
  return {
    name,
    op,
    inputs: all.filter((each) => !each.startsWith('^')).map(readOutput),
    controls: all.filter((each) => each.startsWith('^')).map((each) => readOutput(each.slice(1))),
    attributes: new Attributes(caller, isObject(attr) ? attr : {}),
    caller,
  };
}

/** `name`, or `name:1` for an output that is not the first. */
export function readOutput(text: string): OutputRef {
  const at = text.lastIndexOf(':');
  const output = at < 0 ? 0 : Number(text.slice(at + 1));
  return at >= 0 && Number.isInteger(output) ? { node: text.slice(0, at), output } : { node: text, output: 0 };
}
