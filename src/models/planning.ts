import { isBuiltInActivation, type ResolvedActivation } from '../activations/index.js';
import type { Traceable } from '../inference/index.js';
import { isBuiltIn } from '../layers/base/factory.js';
import { asList, type Layer } from '../layers/base/layer.js';
import type { GraphNode } from '../layers/base/symbolic.js';
import { Lambda } from '../layers/core/lambda.js';
import type { Graph } from './graph.js';

/** The parts of a model that planning looks at. */
interface GraphModel extends Layer {
  readonly isGraph: boolean;
  readonly graph: Graph;
}

const isModel = (layer: Layer): layer is GraphModel => 'isGraph' in layer;

/** Planning of a model for inference. */
export const planningOf = (model: GraphModel): Traceable => ({
  get isTraceable() {
    return isPlannable(model);
  },
  get isObserved() {
    return hasCallHooks(model);
  },
  get identity() {
    return model.isGraph ? model.graph : null;
  },
  get variables() {
    return model.weights.map(({ variable }) => variable);
  },
  run: (inputs) => asList(model.apply(inputs, { training: false })),
});

const hasCallHooks = (model: GraphModel): boolean =>
  model.isGraph && model.graph.nodes.some(({ layer }) => layer.hasCallHook || (isModel(layer) && hasCallHooks(layer)));

/** Whether a model is a graph of layers that compute in ops, from inputs and weights alone. */
const isPlannable = (model: GraphModel): boolean => model.isGraph && model.graph.nodes.every(isPure);

function isPure({ layer, callOptions }: GraphNode): boolean {
  if (Object.values(callOptions).some((value) => value !== undefined && value !== null && value !== false))
    return false;
  if (Object.hasOwn(layer, 'call') || Object.hasOwn(layer, 'apply')) return false;
  if (isModel(layer)) return isPlannable(layer);
  return isBuiltIn(layer) && !(layer instanceof Lambda) && hasBuiltInActivation(layer);
}

/** Custom functions are not planned, because they may have side effects. */
function hasBuiltInActivation({ options }: Layer): boolean {
  const { activation } = options as { readonly activation?: ResolvedActivation };
  return activation === undefined || isBuiltInActivation(activation);
}
