import type { NdArray } from 'ndarray';
import { ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';
import { type Given, readOptions, string } from '../base/options.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { transpose } from '../ops/transpose.js';
import { arrayView } from '../tensor/array-view.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { layersWithin, runVisited, visitedTensors } from './forward.js';

/**
 * Find the output of the layer that a caller names, or of the last one that gives maps of more than one position.
 * @throws ValueError when there is no such layer, or it gives no maps
 */
export function tensorOfMaps(caller: string, model: Model, layer: string | undefined): SymbolicTensor {
  const { name } = model;
  const tensors = visitedTensors(model);
  const givesMaps = ({ shape }: SymbolicTensor) => shape.length === 4;
  // A map of a single position, as a pooling over all makes, shows nothing.
  const isWide = ({ shape }: SymbolicTensor) => shape[1] !== 1 || shape[2] !== 1;
  const maps = tensors.filter(givesMaps);
  const found =
    layer === undefined
      ? (maps.findLast(isWide) ?? maps.at(-1))
      : tensors.find(({ node }) => node.layer.name === layer);
  if (found && givesMaps(found)) return found;
  const known = [...new Set(maps.map(({ node }) => node.layer.name))];
  const why = layer === undefined ? 'no layer gives maps' : `layer is '${layer}'`;
  const expected =
    known.length > 0 ? `one of ${known.join(', ')}` : 'one whose output is [batch, height, width, channels]';
  throw new ValueError(`${caller}: ${why} in ${name}, expected ${expected}${layer ? didYouMean(layer, known) : ''}`);
}

const OPTIONS = {
  /** The layer, by name; default the last one that gives maps. */
  layer: string().optional(),
};

/** Options of `featureMaps` and `filters`. */
export type LayerMapsOptions = Given<typeof OPTIONS>;

/**
 * Return the feature maps of a layer for images.
 * @param model a graph of layers with one input of images
 * @param x images [batch, height, width, channels], as the model takes them
 * @returns [batch, height, width, channels] of the layer's output
 * @throws ValueError when an option is unknown or wrong, or the layer gives no maps @throws ShapeError when x does not
 * fit
 * @example const maps = interpret.featureMaps(model, x, { layer: 'conv2d' })
 */
export function featureMaps(model: Model, x: Tensor, options: LayerMapsOptions = {}): NdArray<Float32Array> {
  assertModel('featureMaps', model);
  const { layer } = readOptions('featureMaps', OPTIONS, options);
  const target = tensorOfMaps('featureMaps', model, layer);
  return tidy(() => {
    let maps!: Tensor;
    runVisited('featureMaps', model, x, (tensor, value) => {
      if (tensor === target) maps = value;
      return value;
    });
    return arrayView(Float32Array.from(maps.dataSync()), [...maps.shape]);
  });
}

/**
 * Return the filters of a convolution as images: the first convolution's show the colours and edges that it looks for.
 * @returns [filters, height, width, channels of the input]
 * @throws ValueError when an option is unknown or wrong, or the layer has no kernel of that kind
 * @example const images = interpret.filters(model, { layer: 'conv2d' })
 */
export function filters(model: Model, options: LayerMapsOptions = {}): NdArray<Float32Array> {
  assertModel('filters', model);
  const { layer: name } = readOptions('filters', OPTIONS, options);
  const kernels = layersWithin(model).flatMap((layer) => {
    const kernel = layer.weights.find((weight) => weight.name === 'kernel' && weight.shape.length === 4);
    return kernel ? [{ name: layer.name, kernel }] : [];
  });
  const found = name === undefined ? kernels[0] : kernels.find((each) => each.name === name);
  if (!found) {
    const known = kernels.map((each) => each.name);
    throw new ValueError(
      `filters: layer is '${name}' in ${model.name}, expected a convolution: ${known.join(', ') || 'it has none'}${name ? didYouMean(name, known) : ''}`,
    );
  }
  return tidy(() => {
    const kernel = found.kernel.read();
    const [height, width, channels, count] = kernel.shape;
    const images = transpose(kernel, [3, 0, 1, 2]);
    return arrayView(Float32Array.from(images.dataSync()), [count, height, width, channels]);
  });
}
