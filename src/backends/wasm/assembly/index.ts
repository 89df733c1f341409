export { activationGradient } from './activations';
export { avgPoolGradient } from './avg-pool-gradient';
export { batchNormalize, batchNormalizeGradient, followMoments } from './batch-norm';
export { channelSums, joinChannelSums } from './batch-norm-sums';
export { binary } from './binary';
export { castBooleansToFloats, castFloatsToBooleans, castIntegersToFloats } from './cast';
export { columnsProduct, sumParts } from './products/columns-product';
export { compare, select } from './comparison';
export { fill, oneHot } from './creation';
export { depthwiseFilterGradient, depthwiseProduct, repeatChannels, sumChannels } from './depthwise-conv2d';
export { gather, scatterAdd } from './gather';
export { gru, gruGradient } from './gru';
export { lstm, lstmGradient } from './lstm';
export { maxPoolGather, maxPoolGradient } from './max-pool-gradient';
export { adagradUpdate, adamUpdate, rmspropUpdate, sgdUpdate } from './optimizers';
export { packPanels } from './products/pack';
export { padImages } from './pad';
export { avgPool, maxPool } from './pooling';
export { dropoutMask, randomUniform } from './random';
export { argReduce, reduceColumns, reduceParts, reduceRows } from './reductions';
export { resample, resampleGradient } from './resize';
export { rowsProduct } from './products/rows-product';
export { logSoftmax, softmax } from './softmax';
export { softmaxCrossentropy, softmaxCrossentropyGradient } from './softmax-crossentropy';
export { copyStrided } from './strided';
export { unary } from './unary';
export {
  winogradData,
  winogradDataSmall,
  winogradFilter,
  winogradFilterGradient,
  winogradFilterSmall,
  winogradOutput,
  winogradOutputGradient,
  winogradOutputSmall,
} from './winograd/winograd';
export { winogradConv2d, winogradConv2dSmall } from './winograd/winograd-blocks';
