import { grad } from '../autograd/gradients.js';
import { type Given, integer, readOptions } from '../base/options.js';
import { assertModel } from '../models/assert-model.js';
import type { Model } from '../models/model.js';
import { max } from '../ops/reductions.js';
import { abs } from '../ops/unary.js';
import { retaining, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { classesOf, runVisited, scoreOf, unchanged } from './forward.js';
import { type ImageMaps, normalized } from './image-maps.js';

const OPTIONS = {
  /** The class to explain; default that with the largest score, for each image its own. */
  classIndex: integer({ min: 0 }).optional(),
};

/** Options of `saliency`. */
export type SaliencyOptions = Given<typeof OPTIONS>;

/**
 * Show which pixels move the score of a class most: the largest absolute gradient over the channels, scaled so that the
 * largest value of an image is 1.
 * @param model a graph of layers with one input of images
 * @param x images [batch, height, width, channels], as the model takes them
 * @throws ValueError when an option is unknown or wrong @throws ShapeError when x does not fit
 * @see Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks", arXiv:1312.6034
 * @example const { maps } = interpret.saliency(model, x, { classIndex: 3 })
 */
export function saliency(model: Model, x: Tensor, options: SaliencyOptions = {}): ImageMaps {
  assertModel('saliency', model);
  const { classIndex } = readOptions('saliency', OPTIONS, options);
  return tidy(() =>
    retaining(() => {
      const classes = classesOf(runVisited('saliency', model, x, unchanged)[0], classIndex);
      const gradient = grad((images) =>
        scoreOf('saliency', runVisited('saliency', model, images, unchanged)[0], classes),
      )(x);
      return { ...normalized(max(abs(gradient), 3, true)), classes };
    }),
  );
}
