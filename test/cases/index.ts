import type { Case } from '../support/case.js';
import { activationCases } from './activations.js';
import { arithmeticCases } from './arithmetic.js';
import { batchNormCases } from './batch-norm.js';
import { comparisonCases } from './comparison.js';
import { conv2dCases } from './conv2d.js';
import { coordinateCases } from './coordinates.js';
import { creationCases } from './creation.js';
import { depthwiseConv2dCases } from './depthwise-conv2d.js';
import { gatherCases } from './gather.js';
import { imageOpCases } from './image-ops.js';
import { linearAlgebraCases } from './linear-algebra.js';
import { localResponseNormalizationCases } from './local-response-normalization.js';
import { matMulCases } from './matmul.js';
import { movementCases } from './movement.js';
import { poolingCases } from './pooling.js';
import { rankedCases } from './ranked.js';
import { rearrangeCases } from './rearrange.js';
import { recurrentCases } from './recurrent.js';
import { reductionCases } from './reductions.js';
import { resizeCases } from './resize.js';
import { softmaxCases } from './softmax.js';
import { softmaxCrossentropyCases } from './softmax-crossentropy.js';
import { unaryCases } from './unary.js';

/** Every case of every op. */
export const cases: readonly Case[] = [
  ...creationCases,
  ...unaryCases,
  ...activationCases,
  ...arithmeticCases,
  ...comparisonCases,
  ...reductionCases,
  ...softmaxCases,
  ...softmaxCrossentropyCases,
  ...matMulCases,
  ...conv2dCases,
  ...depthwiseConv2dCases,
  ...poolingCases,
  ...batchNormCases,
  ...localResponseNormalizationCases,
  ...movementCases,
  ...rankedCases,
  ...rearrangeCases,
  ...gatherCases,
  ...resizeCases,
  ...coordinateCases,
  ...linearAlgebraCases,
  ...imageOpCases,
  ...recurrentCases,
];
