import { cast } from '../../../ops/cast.js';
import * as image from '../../../ops/image.js';
import { whereAsync } from '../../../ops/select-by-mask.js';
import { unique } from '../../../ops/unique.js';
import type { Tensor } from '../../../tensor/tensor.js';
import type { OpCall } from '../op-call.js';

/** Ops whose results have shapes that depend on values, which they wait for. */
export const WAITING: Readonly<Record<string, (call: OpCall) => Promise<Tensor | readonly Tensor[]>>> = {
  Where: async (call) => {
    const condition = cast(call.tensor(0), 'bool');
    try {
      return await whereAsync(condition);
    } finally {
      condition.dispose();
    }
  },
  Unique: async (call) => {
    const { values, indices } = unique(call.tensor(0));
    return [values, indices];
  },
  UniqueV2: async (call) => {
    const { values, indices } = unique(call.tensor(0), call.number(1));
    return [values, indices];
  },
  NonMaxSuppression: async (call) =>
    image.nonMaxSuppressionAsync(...boxes(call), call.attributes.number('iou_threshold', 0.5)),
  NonMaxSuppressionV2: async (call) => image.nonMaxSuppressionAsync(...boxes(call), call.number(3)),
  NonMaxSuppressionV3: async (call) => image.nonMaxSuppressionAsync(...boxes(call), call.number(3), call.number(4)),
  NonMaxSuppressionV4: async (call) => {
    const padded = call.attributes.flag('pad_to_max_output_size');
    const options = [call.number(3), call.number(4), padded] as const;
    const { selectedIndices, validOutputs } = await image.nonMaxSuppressionPaddedAsync(...boxes(call), ...options);
    return [selectedIndices, validOutputs];
  },
  NonMaxSuppressionV5: async (call) => {
    const options = [call.number(3), call.number(4), call.number(5)] as const;
    const { selectedIndices, selectedScores } = await image.nonMaxSuppressionWithScoreAsync(...boxes(call), ...options);
    return [selectedIndices, selectedScores];
  },
};

const boxes = (call: OpCall) => [call.tensor(0), call.tensor(1), call.number(2)] as const;
