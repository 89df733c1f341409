import type { Layer } from '../layers/base/layer.js';
import type { Weight } from '../layers/base/weight.js';
import { WeightOwner } from '../layers/base/weight-owner.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * The penalties of all layers in a model, scalars. A weight counts once, however many nested models share its layer.
 * @param base the prototype of models, whose `losses` is this function; classes that override `losses` are called,
 * since
 * they may add any loss
 */
export function penaltiesOf(model: Layer, base: object): Tensor[] {
  const counted = new Set<Weight>();
  const asked = customLayers(model, base).flatMap((layer) => {
    for (const weight of layer.trainableWeights) counted.add(weight);
    return layer.losses;
  });
  const regularized = model.trainableWeights.flatMap((weight) =>
    weight.regularizer && !counted.has(weight) ? [weight.regularizer.apply(weight.variable)] : [],
  );
  return [...regularized, ...asked];
}

/** The outermost layers inside a model whose class has its own `losses`. */
function customLayers(model: Layer, base: object): Layer[] {
  const seen = new Set<Layer>();
  const found: Layer[] = [];
  const visit = (layer: Layer): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    if (layer !== model && overridesLosses(layer, base)) found.push(layer);
    else for (const inner of layer.sublayers) visit(inner);
  };
  visit(model);
  return found;
}

function overridesLosses(layer: Layer, base: object): boolean {
  let prototype: object = Object.getPrototypeOf(layer);
  while (!Object.hasOwn(prototype, 'losses')) prototype = Object.getPrototypeOf(prototype);
  return prototype !== base && prototype !== WeightOwner.prototype;
}
