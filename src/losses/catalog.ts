import { circle } from './circle.js';
import { ctc } from './ctc.js';
import { binaryFocalCrossentropy, categoricalFocalCrossentropy } from './focal.js';
import { categoricalGeneralizedCrossEntropy } from './generalized-crossentropy.js';
import { dice, tversky } from './overlap.js';
import { addBuiltInLosses } from './registry.js';

/*
 * The losses that are too large for every page, by name. A bundle has them by name where it loads models, which may
 * name them; `compile` takes the functions anywhere.
 */
addBuiltInLosses([
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  circle,
  ctc,
  dice,
  tversky,
]);
