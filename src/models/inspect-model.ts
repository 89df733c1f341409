import type { Model } from './model.js';

/** The fields of a model that `console.log` shows. */
export function inspectedFields(model: Model): object {
  const { name, built, compileOptions } = model;
  const { optimizer, loss, metrics } = compileOptions ?? {};
  return {
    name,
    ...(built ? { inputShape: shapesOf(model.inputs), outputShape: shapesOf(model.outputs) } : { built }),
    layers: model.layers.map((layer) => `${layer.name} (${layer.className})`),
    ...(built ? { parameters: model.countParams() } : {}),
    ...(model.trainable ? {} : { trainable: false }),
    optimizer,
    loss,
    metrics,
    epochs: model.history?.epoch.length,
  };
}

/** `[ null, 28, 28, 1 ]`, or a list of several. */
function shapesOf(tensors: Model['inputs']): unknown {
  const shapes = tensors.map(({ shape }) => shape);
  return shapes.length === 1 ? shapes[0] : shapes;
}
