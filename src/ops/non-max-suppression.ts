import { assertNumber } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { type Selection, type SuppressionOptions, suppress } from './shared/suppress-boxes.js';

/* How many boxes remain depends on their values, which are read; the functions that end in Async wait for them. */

/** Scores and overlaps of boxes. */
export interface ScoredIndices {
  readonly selectedIndices: Tensor;
  readonly selectedScores: Tensor;
}

export interface PaddedIndices {
  /** int32; zeros after the valid ones. */
  readonly selectedIndices: Tensor;
  /** int32 scalar: how many are valid. */
  readonly validOutputs: Tensor;
}

interface Given {
  readonly boxes: Tensor;
  readonly scores: Tensor;
  readonly options: SuppressionOptions;
  /** Free the temporary tensors of the call. */
  free(): void;
}

function check(
  caller: string,
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
  softNmsSigma?: number | null,
): Given {
  const corners = toTensor(caller, 'boxes', boxes);
  const values = toTensor(caller, 'scores', scores);
  const free = () => {
    if (corners !== boxes) corners.dispose();
    if (values !== scores) values.dispose();
  };
  assertNumber(caller, 'maxOutputSize', maxOutputSize);
  const options = {
    maxOutputSize: Math.min(maxOutputSize, corners.shape[0] ?? 0),
    iouThreshold: iouThreshold ?? 0.5,
    scoreThreshold: scoreThreshold ?? Number.NEGATIVE_INFINITY,
    softNmsSigma: softNmsSigma ?? 0,
  };
  try {
    if (corners.rank !== 2 || corners.shape[1] !== 4 || values.rank !== 1 || values.size !== corners.shape[0]) {
      throw new ShapeError(
        `${caller}: boxes ${formatShape(corners.shape)} and scores ${formatShape(values.shape)}, expected [boxes, 4] ` +
          'and [boxes]',
      );
    }
    if (!Number.isInteger(maxOutputSize) || maxOutputSize < 0) {
      throw new ValueError(`${caller}: maxOutputSize is ${maxOutputSize}, expected an integer ≥ 0`);
    }
    for (const name of ['iouThreshold', 'softNmsSigma'] as const) {
      const value = options[name];
      if (!(value >= 0 && value <= 1))
        throw new ValueError(`${caller}: ${name} is ${value}, expected a number in [0, 1]`);
    }
    if (!(options.scoreThreshold < Number.POSITIVE_INFINITY)) {
      throw new ValueError(`${caller}: scoreThreshold is ${options.scoreThreshold}, expected a number`);
    }
  } catch (error) {
    free();
    throw error;
  }
  return { boxes: corners, scores: values, options, free };
}

function selectSync({ boxes, scores, options, free }: Given): Selection {
  try {
    return suppress(boxes.dataSync(), scores.dataSync(), options);
  } finally {
    free();
  }
}

async function select({ boxes, scores, options, free }: Given): Promise<Selection> {
  try {
    return suppress(...(await Promise.all([boxes.data(), scores.data()])), options);
  } finally {
    free();
  }
}

const indicesOf = ({ indices }: Selection): Tensor => upload(Int32Array.from(indices), [indices.length], 'int32');

const scoredOf = (selection: Selection): ScoredIndices => ({
  selectedIndices: indicesOf(selection),
  selectedScores: upload(selection.scores, [selection.scores.length], 'float32'),
});

function paddedOf({ indices }: Selection, length: number, pad: boolean): PaddedIndices {
  const padded = pad ? Array.from({ length }, (_, i) => indices[i] ?? 0) : indices;
  return {
    selectedIndices: upload(Int32Array.from(padded), [padded.length], 'int32'),
    validOutputs: upload([indices.length], [], 'int32'),
  };
}

/**
 * The boxes that remain when those which overlap a better one are left out.
 * @param boxes [boxes, 4]: y1, x1, y2, x2
 * @param scores [boxes]
 * @param maxOutputSize most boxes that remain
 * @param iouThreshold overlap, intersection over union, from which a box is left out; default 0.5
 * @param scoreThreshold boxes of lower scores are left out; default none
 * @returns int32: their indices, best first
 * @throws ShapeError @throws ValueError @throws BackendError where memory is not visible to the host
 * @example image.nonMaxSuppression([[0, 0, 1, 1], [0, 0, 1, 0.9], [0, 2, 1, 3]], [0.8, 0.9, 0.7], 3) // [1, 2]
 */
export function nonMaxSuppression(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
): Tensor {
  return indicesOf(selectSync(check('nonMaxSuppression', boxes, scores, maxOutputSize, iouThreshold, scoreThreshold)));
}

/**
 * `nonMaxSuppression` that waits for the boxes.
 * @throws ShapeError @throws ValueError
 * @example const indices = await image.nonMaxSuppressionAsync(boxes, scores, 10);
 */
export async function nonMaxSuppressionAsync(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
): Promise<Tensor> {
  return indicesOf(
    await select(check('nonMaxSuppressionAsync', boxes, scores, maxOutputSize, iouThreshold, scoreThreshold)),
  );
}

/**
 * `nonMaxSuppression` that also gives scores, and may lower them in place of leaving boxes out.
 * @param softNmsSigma above 0, scores of overlapping boxes fall by exp(−½ iou² / sigma); default 0
 * @throws ShapeError @throws ValueError @throws BackendError where memory is not visible to the host
 * @see Bodla et al., "Soft-NMS", arXiv:1704.04503
 * @example const { selectedIndices, selectedScores } = image.nonMaxSuppressionWithScore(boxes, scores, 10, 0.5, 0.1,
 * 0.5);
 */
export function nonMaxSuppressionWithScore(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
  softNmsSigma?: number | null,
): ScoredIndices {
  const caller = 'nonMaxSuppressionWithScore';
  return scoredOf(selectSync(check(caller, boxes, scores, maxOutputSize, iouThreshold, scoreThreshold, softNmsSigma)));
}

/**
 * `nonMaxSuppressionWithScore` that waits for the boxes.
 * @throws ShapeError @throws ValueError
 * @example const { selectedScores } = await image.nonMaxSuppressionWithScoreAsync(boxes, scores, 10);
 */
export async function nonMaxSuppressionWithScoreAsync(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
  softNmsSigma?: number | null,
): Promise<ScoredIndices> {
  const caller = 'nonMaxSuppressionWithScoreAsync';
  return scoredOf(
    await select(check(caller, boxes, scores, maxOutputSize, iouThreshold, scoreThreshold, softNmsSigma)),
  );
}

/**
 * `nonMaxSuppression` with a result of known length.
 * @param padToMaxOutputSize append zeros to the indices, up to min(maxOutputSize, boxes); default false
 * @throws ShapeError @throws ValueError @throws BackendError where memory is not visible to the host
 * @example const { selectedIndices, validOutputs } = image.nonMaxSuppressionPadded(boxes, scores, 10, 0.5, 0, true);
 */
export function nonMaxSuppressionPadded(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
  padToMaxOutputSize?: boolean | null,
): PaddedIndices {
  const given = check('nonMaxSuppressionPadded', boxes, scores, maxOutputSize, iouThreshold, scoreThreshold);
  return paddedOf(selectSync(given), given.options.maxOutputSize, !!padToMaxOutputSize);
}

/**
 * `nonMaxSuppressionPadded` that waits for the boxes.
 * @throws ShapeError @throws ValueError
 * @example const { validOutputs } = await image.nonMaxSuppressionPaddedAsync(boxes, scores, 10, 0.5, 0, true);
 */
export async function nonMaxSuppressionPaddedAsync(
  boxes: TensorLike,
  scores: TensorLike,
  maxOutputSize: number,
  iouThreshold?: number | null,
  scoreThreshold?: number | null,
  padToMaxOutputSize?: boolean | null,
): Promise<PaddedIndices> {
  const given = check('nonMaxSuppressionPaddedAsync', boxes, scores, maxOutputSize, iouThreshold, scoreThreshold);
  return paddedOf(await select(given), given.options.maxOutputSize, !!padToMaxOutputSize);
}
