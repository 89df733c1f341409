import { grad } from '../autograd/gradients.js';
import { type Given, integer, readOptions, string } from '../base/options.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { relu } from '../ops/activations.js';
import { add, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { zerosLike } from '../ops/creation.js';
import { mean } from '../ops/reductions.js';
import { resizeBilinear } from '../ops/resize.js';
import { retaining, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { classesOf, runVisited, scoreOf } from './forward.js';
import { type ImageMaps, normalized } from './image-maps.js';
import { tensorOfMaps } from './layer-maps.js';

const OPTIONS = {
  /** Name of the layer whose maps are weighted; default the last one with feature maps. */
  layer: string().optional(),
  /** The class to explain; default that with the largest score, for each image its own. */
  classIndex: integer({ min: 0 }).optional(),
};

/** Options of `gradCam`. */
export type GradCamOptions = Given<typeof OPTIONS>;

/**
 * Show where a classifier sees a class (Grad-CAM): the maps of a layer, each weighted by the mean of the score's
 * gradient over it, summed, negative sums cut off. Each map is scaled so that its largest value is 1.
 * @param model a graph of layers with one input of images
 * @param x images [batch, height, width, channels], as the model takes them
 * @returns maps in the size of the images
 * @throws ValueError when an option is unknown or wrong, or no layer gives maps @throws ShapeError when x does not fit
 * @see Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
 * arXiv:1610.02391
 * @example const { maps, classes } = interpret.gradCam(model, x)
 */
export function gradCam(model: Model, x: Tensor, options: GradCamOptions = {}): ImageMaps {
  assertModel('gradCam', model);
  const { layer, classIndex } = readOptions('gradCam', OPTIONS, options);
  const target = tensorOfMaps('gradCam', model, layer);
  return tidy(() =>
    retaining(() => {
      let features!: Tensor;
      const [output] = runVisited('gradCam', model, x, (tensor, value) => {
        if (tensor === target) features = value;
        return value;
      });
      const classes = classesOf(output, classIndex);
      // The gradient with respect to the maps is that of a change that is added to them.
      const gradient = grad((change) => {
        const [scores] = runVisited('gradCam', model, x, (tensor, value) =>
          tensor === target ? add(value, change) : value,
        );
        return scoreOf('gradCam', scores, classes);
      })(zerosLike(features));
      const maps = relu(sum(mul(features, mean(gradient, [1, 2], true)), 3, true));
      return { ...normalized(resizeBilinear(maps, [x.shape[1], x.shape[2]])), classes };
    }),
  );
}
