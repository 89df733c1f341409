import { boolean, type Given, integer, listOf, number, positiveInteger, string } from '../base/options.js';
import { asFloat } from '../losses/align-labels.js';
import { cast } from '../ops/cast.js';
import { greaterEqual } from '../ops/comparison.js';
import type { Tensor } from '../tensor/tensor.js';
import { OverlapMetric } from './overlap-metric.js';

const classIds = () => listOf(integer({ min: 0 }));
const ignored = () => integer().nullable().default(null);
const last = () => integer().default(-1);

const IOU = {
  /** In logs; default `io_u`, as Keras names it. */
  name: string().default('io_u'),
  /** Number of classes. */
  numClasses: positiveInteger(),
  /** The classes whose mean is the result. */
  targetClassIds: classIds(),
  /** A class number whose labels do not count: 255 in many sets. Default none. */
  ignoreClass: ignored(),
  /** Whether labels are class numbers; default true. False: one value for each class. */
  sparseYTrue: boolean().default(true),
  /** Whether predictions are class numbers; default true. False: one value for each class. */
  sparseYPred: boolean().default(true),
  /** The axis of the classes where they are not numbers; default −1. */
  axis: last(),
};

export type IoUOptions = Given<typeof IOU>;

/**
 * Intersection over union of some classes, TP / (TP + FP + FN), averaged over those that occur.
 * @throws ValueError when an option is wrong, or a label is not the number of a class
 * @see keras.metrics.IoU
 * @example new metrics.IoU({ numClasses: 21, targetClassIds: [15], sparseYPred: false, ignoreClass: 255 })
 */
export class IoU extends OverlapMetric<typeof IOU> {
  static override readonly className: string = 'IoU';

  constructor(options: IoUOptions) {
    super('IoU', IOU, options, (read) => read);
  }
}

const MEAN = {
  /** In logs; default `mean_io_u`, as Keras names it. */
  name: string().default('mean_io_u'),
  /** Number of classes. */
  numClasses: positiveInteger(),
  /** A class number whose labels do not count: 255 in many sets. Default none. */
  ignoreClass: ignored(),
  /** Whether labels are class numbers; default true. False: one value for each class. */
  sparseYTrue: boolean().default(true),
  /** Whether predictions are class numbers; default true. False: one value for each class. */
  sparseYPred: boolean().default(true),
  /** The axis of the classes where they are not numbers; default −1. */
  axis: last(),
};

export type MeanIoUOptions = Given<typeof MEAN>;

/**
 * Intersection over union, averaged over all classes that occur.
 * @throws ValueError when an option is wrong, or a label is not the number of a class
 * @see keras.metrics.MeanIoU
 * @example model.compile({ optimizer: 'adam', loss: 'scce', metrics: [new metrics.MeanIoU({ numClasses: 3, sparseYPred: false })] })
 */
export class MeanIoU extends OverlapMetric<typeof MEAN> {
  static override readonly className: string = 'MeanIoU';

  constructor(options: MeanIoUOptions) {
    super('MeanIoU', MEAN, options, (read) => read);
  }
}

const BINARY = {
  /** In logs; default `binary_io_u`, as Keras names it. */
  name: string().default('binary_io_u'),
  /** The classes whose mean is the result; default both, [0, 1]. */
  targetClassIds: classIds().default([0, 1]),
  /** Predictions from it on are class 1; default 0.5. */
  threshold: number().default(0.5),
};

export type BinaryIoUOptions = Given<typeof BINARY>;

/**
 * Intersection over union of two classes, of predictions that are one number.
 * @throws ValueError when an option is wrong, or a label is not the number of a class
 * @see keras.metrics.BinaryIoU
 * @example new metrics.BinaryIoU({ targetClassIds: [1], threshold: 0.3 })
 */
export class BinaryIoU extends OverlapMetric<typeof BINARY> {
  static override readonly className: string = 'BinaryIoU';

  constructor(options?: BinaryIoUOptions) {
    super('BinaryIoU', BINARY, options, ({ targetClassIds }) => {
      return { numClasses: 2, targetClassIds, sparseYTrue: true, sparseYPred: true, axis: -1 };
    });
  }

  protected override predictedClasses(yPred: Tensor): Tensor {
    return cast(greaterEqual(asFloat(yPred), this.options.threshold), 'int32');
  }
}

const ONE_HOT = {
  /** In logs; default `one_hot_io_u`, as Keras names it. */
  name: string().default('one_hot_io_u'),
  /** Number of classes. */
  numClasses: positiveInteger(),
  /** The classes whose mean is the result. */
  targetClassIds: classIds(),
  /** A class number whose labels do not count; default none. */
  ignoreClass: ignored(),
  /** Whether predictions are class numbers; default false: one value for each class. */
  sparseYPred: boolean().default(false),
  /** The axis of the classes; default −1. */
  axis: last(),
};

export type OneHotIoUOptions = Given<typeof ONE_HOT>;

/**
 * `IoU` of labels that are one-hot.
 * @throws ValueError when an option is wrong
 * @see keras.metrics.OneHotIoU
 * @example new metrics.OneHotIoU({ numClasses: 3, targetClassIds: [0, 2] })
 */
export class OneHotIoU extends OverlapMetric<typeof ONE_HOT> {
  static override readonly className: string = 'OneHotIoU';

  constructor(options: OneHotIoUOptions) {
    super('OneHotIoU', ONE_HOT, options, (read) => ({ ...read, sparseYTrue: false }));
  }
}

const ONE_HOT_MEAN = {
  /** In logs; default `one_hot_mean_io_u`, as Keras names it. */
  name: string().default('one_hot_mean_io_u'),
  /** Number of classes. */
  numClasses: positiveInteger(),
  /** A class number whose labels do not count; default none. */
  ignoreClass: ignored(),
  /** Whether predictions are class numbers; default false: one value for each class. */
  sparseYPred: boolean().default(false),
  /** The axis of the classes; default −1. */
  axis: last(),
};

export type OneHotMeanIoUOptions = Given<typeof ONE_HOT_MEAN>;

/**
 * `MeanIoU` of labels that are one-hot.
 * @throws ValueError when an option is wrong
 * @see keras.metrics.OneHotMeanIoU
 * @example new metrics.OneHotMeanIoU({ numClasses: 3 })
 */
export class OneHotMeanIoU extends OverlapMetric<typeof ONE_HOT_MEAN> {
  static override readonly className: string = 'OneHotMeanIoU';

  constructor(options: OneHotMeanIoUOptions) {
    super('OneHotMeanIoU', ONE_HOT_MEAN, options, (read) => ({ ...read, sparseYTrue: false }));
  }
}
