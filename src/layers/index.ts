import { ELU, LeakyReLU, ReLU, Softmax, ThresholdedReLU } from './activation/advanced-activations.js';
import { PReLU } from './activation/prelu.js';
import { AdditiveAttention, Attention } from './attention/attention.js';
import { GroupedQueryAttention } from './attention/grouped-query-attention.js';
import { MultiHeadAttention } from './attention/multi-head-attention.js';
import { RandomRotation, RandomTranslation, RandomZoom } from './augmentation/random-affine.js';
import { RandomBrightness, RandomContrast } from './augmentation/random-color.js';
import { RandomFlip } from './augmentation/random-flip.js';
import { RandomCrop, RandomWidth } from './augmentation/random-size.js';
import { factory } from './base/factory.js';
import { Conv1D } from './convolution/conv1d.js';
import { Conv1DTranspose } from './convolution/conv1d-transpose.js';
import { Conv2D } from './convolution/conv2d.js';
import { Conv2DTranspose } from './convolution/conv2d-transpose.js';
import { DepthwiseConv1D } from './convolution/depthwise-conv1d.js';
import { DepthwiseConv2D } from './convolution/depthwise-conv2d.js';
import { SeparableConv1D } from './convolution/separable-conv1d.js';
import { SeparableConv2D } from './convolution/separable-conv2d.js';
import { ActivationLayer } from './core/activation.js';
import { Dense } from './core/dense.js';
import { EinsumDense } from './core/einsum-dense.js';
import { Identity } from './core/identity.js';
import { InputLayer } from './core/input-layer.js';
import { Lambda } from './core/lambda.js';
import { OpLayer } from './core/op-layer.js';
import { Concatenate } from './merging/concatenate.js';
import { Dot } from './merging/dot.js';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './merging/merge.js';
import { BatchNormalization } from './normalization/batch-normalization.js';
import { GroupNormalization } from './normalization/group-normalization.js';
import { LayerNormalization } from './normalization/layer-normalization.js';
import { LocalResponseNormalization } from './normalization/local-response-normalization.js';
import { RMSNormalization } from './normalization/rms-normalization.js';
import { SpectralNormalization } from './normalization/spectral-normalization.js';
import { UnitNormalization } from './normalization/unit-normalization.js';
import {
  AdaptiveAveragePooling1D,
  AdaptiveAveragePooling2D,
  AdaptiveAveragePooling3D,
  AdaptiveMaxPooling1D,
  AdaptiveMaxPooling2D,
  AdaptiveMaxPooling3D,
} from './pooling/adaptive-pooling.js';
import { GlobalAveragePooling1D, GlobalMaxPooling1D } from './pooling/global-pooling1d.js';
import { GlobalAveragePooling2D, GlobalMaxPooling2D } from './pooling/global-pooling2d.js';
import { AveragePooling1D, MaxPooling1D } from './pooling/pooling1d.js';
import { AveragePooling2D, MaxPooling2D } from './pooling/pooling2d.js';
import { CategoryEncoding } from './preprocessing/category-encoding.js';
import { Normalization } from './preprocessing/normalization.js';
import { Rescaling } from './preprocessing/rescaling.js';
import { CenterCrop, Resizing, UpSampling2D } from './preprocessing/resizing.js';
import { Bidirectional } from './recurrent/bidirectional.js';
import { ConvLSTM2D } from './recurrent/conv-lstm2d.js';
import { ConvLSTM2DCell } from './recurrent/conv-lstm2d-cell.js';
import { GRU } from './recurrent/gru.js';
import { GRUCell } from './recurrent/gru-cell.js';
import { LSTM } from './recurrent/lstm.js';
import { LSTMCell } from './recurrent/lstm-cell.js';
import { RNN } from './recurrent/rnn.js';
import { SimpleRNN } from './recurrent/simple-rnn.js';
import { SimpleRNNCell } from './recurrent/simple-rnn-cell.js';
import { StackedRNNCells } from './recurrent/stacked-rnn-cells.js';
import { ActivityRegularization } from './regularization/activity-regularization.js';
import { Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D } from './regularization/dropout.js';
import { AlphaDropout, GaussianDropout, GaussianNoise } from './regularization/noise.js';
import { LayerScale, StochasticDepth } from './regularization/residual-branches.js';
import { Cropping2D } from './reshaping/cropping2d.js';
import { Flatten, Permute, Reshape } from './reshaping/reshaping.js';
import { Cropping1D, UpSampling1D, ZeroPadding1D } from './reshaping/reshaping1d.js';
import { ZeroPadding2D } from './reshaping/zero-padding2d.js';
import { Embedding } from './sequence/embedding.js';
import { Masking } from './sequence/masking.js';
import { RepeatVector } from './sequence/repeat-vector.js';
import { TimeDistributed } from './sequence/time-distributed.js';
import { Conv3D, Conv3DTranspose } from './volumes/conv3d.js';
import { AveragePooling3D, GlobalAveragePooling3D, GlobalMaxPooling3D, MaxPooling3D } from './volumes/pooling3d.js';
import { Cropping3D, UpSampling3D, ZeroPadding3D } from './volumes/reshaping3d.js';

/*
 * The namespace `layers`, by tfjs's names and options; Keras's in camelCase where tfjs has none. Its members are
 * exports, so that bundlers leave out those that a page does not call.
 */

export { Layer } from './base/layer.js';

/** Where a graph begins. @example layers.inputLayer({ inputShape: [28, 28, 1] }) */
export const inputLayer = /* @__PURE__ */ factory(InputLayer);
export { input } from './core/input.js';

// dense and convolution
/** activation(x · kernel + bias) over the last axis. @example layers.dense({ units: 10, activation: 'softmax' }) */
export const dense = /* @__PURE__ */ factory(Dense);
/**
 * 2-D convolution with bias and activation.
 * @example layers.conv2d({ filters: 6, kernelSize: 5, padding: 'same', activation: 'relu' })
 */
export const conv2d = /* @__PURE__ */ factory(Conv2D);
/**
 * The adjoint of a convolution: stretches images by the strides.
 * @example layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 })
 */
export const conv2dTranspose = /* @__PURE__ */ factory(Conv2DTranspose);
/** Convolves each channel with its own filters. @example layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }) */
export const depthwiseConv2d = /* @__PURE__ */ factory(DepthwiseConv2D);
/** A depthwise convolution, then a 1×1 convolution. @example layers.separableConv2d({ filters: 32, kernelSize: 3 }) */
export const separableConv2d = /* @__PURE__ */ factory(SeparableConv2D);

// functions
/** Passes its input on. @example layers.identity() */
export const identity = /* @__PURE__ */ factory(Identity);
/**
 * An op as a layer: `x.div(255)` on a symbolic tensor creates one.
 * @example layers.operation({ operation: 'Divide', operands: [null, 255] })
 */
export const operation = /* @__PURE__ */ factory(OpLayer);
/**
 * A function of tensors as a layer; files store its name, see `serialization.registerFunction`.
 * @example layers.lambda({ function: (x) => x.mul(2) })
 */
export const lambda = /* @__PURE__ */ factory(Lambda);

// pooling
/** The mean of each window. @example layers.averagePooling2d({ poolSize: 2 }) */
export const averagePooling2d = /* @__PURE__ */ factory(AveragePooling2D);
/** See `averagePooling2d`. @example layers.avgPool2d({ poolSize: 2 }) */
export const avgPool2d = averagePooling2d;
/** See `averagePooling2d`. @example layers.avgPooling2d({ poolSize: 2 }) */
export const avgPooling2d = averagePooling2d;
/** The largest value of each window. @example layers.maxPooling2d({ poolSize: 3, strides: 2 }) */
export const maxPooling2d = /* @__PURE__ */ factory(MaxPooling2D);
/** See `maxPooling2d`. @example layers.maxPool2d({ poolSize: 2 }) */
export const maxPool2d = maxPooling2d;
/** The mean of each channel. @example layers.globalAveragePooling2d() */
export const globalAveragePooling2d = /* @__PURE__ */ factory(GlobalAveragePooling2D);
/** See `globalAveragePooling2d`. @example layers.globalAvgPool2d() */
export const globalAvgPool2d = globalAveragePooling2d;
/** The largest value of each channel. @example layers.globalMaxPooling2d() */
export const globalMaxPooling2d = /* @__PURE__ */ factory(GlobalMaxPooling2D);
/** See `globalMaxPooling2d`. @example layers.globalMaxPool2d() */
export const globalMaxPool2d = globalMaxPooling2d;

/** Means of as many windows as the output has pixels. @example layers.adaptiveAveragePooling2d({ outputSize: 7 }) */
export const adaptiveAveragePooling2d = /* @__PURE__ */ factory(AdaptiveAveragePooling2D);
/**
 * The maxima of windows, one for each pixel of the output.
 * @example layers.adaptiveMaxPooling2d({ outputSize: 7 })
 */
export const adaptiveMaxPooling2d = /* @__PURE__ */ factory(AdaptiveMaxPooling2D);

// normalization
/** Normalizes by the batch's statistics in training, by moving ones otherwise. @example layers.batchNormalization() */
export const batchNormalization = /* @__PURE__ */ factory(BatchNormalization);
/** Normalizes each example over some axes. @example layers.layerNormalization({ axis: -1 }) */
export const layerNormalization = /* @__PURE__ */ factory(LayerNormalization);
/** Normalizes each example by groups of channels. @example layers.groupNormalization({ groups: 8 }) */
export const groupNormalization = /* @__PURE__ */ factory(GroupNormalization);
/**
 * Divides by the strength of neighboring channels, as in AlexNet.
 * @example layers.localResponseNormalization({ n: 5 })
 */
export const localResponseNormalization = /* @__PURE__ */ factory(LocalResponseNormalization);

/** Divides each example by its root mean square. @example layers.rmsNormalization() */
export const rmsNormalization = /* @__PURE__ */ factory(RMSNormalization);
/** Divides each example by its Euclidean norm. @example layers.unitNormalization() */
export const unitNormalization = /* @__PURE__ */ factory(UnitNormalization);

// activations
/** An activation by its name. @example layers.activation({ activation: 'relu' }) */
export const activation = /* @__PURE__ */ factory(ActivationLayer);
/** max(x, 0), with an optional bound, slope and threshold. @example layers.reLU({ maxValue: 6 }) */
export const reLU = /* @__PURE__ */ factory(ReLU);
/** A slope left of zero. @example layers.leakyReLU({ negativeSlope: 0.1 }) */
export const leakyReLU = /* @__PURE__ */ factory(LeakyReLU);
/** A learned slope left of zero. @example layers.prelu({ sharedAxes: [1, 2] }) */
export const prelu = /* @__PURE__ */ factory(PReLU);
/** alpha · (eˣ − 1) left of zero. @example layers.elu({ alpha: 1 }) */
export const elu = /* @__PURE__ */ factory(ELU);
/** x above a threshold, 0 elsewhere. @example layers.thresholdedReLU({ theta: 1 }) */
export const thresholdedReLU = /* @__PURE__ */ factory(ThresholdedReLU);
/** eˣ / Σ eˣ along an axis. @example layers.softmax() */
export const softmax = /* @__PURE__ */ factory(Softmax);

// regularization
/** Adds a penalty of its input to the loss. @example layers.activityRegularization({ l2: 1e-4 }) */
export const activityRegularization = /* @__PURE__ */ factory(ActivityRegularization);
/**
 * Divides a kernel by its largest singular value. @example layers.spectralNormalization({ layer: layers.dense({ units:
 * 8 }) })
 */
export const spectralNormalization = /* @__PURE__ */ factory(SpectralNormalization);
/** Multiplies each channel by a learned number. @example layers.layerScale({ initValues: 1e-6, projectionDim: 64 }) */
export const layerScale = /* @__PURE__ */ factory(LayerScale);
/**
 * Drops the residual branch of a fraction of the samples in training.
 * @example layers.stochasticDepth({ dropPathRate: 0.1 })
 */
export const stochasticDepth = /* @__PURE__ */ factory(StochasticDepth);
/** Sets a fraction of the values to 0 in training. @example layers.dropout({ rate: 0.5 }) */
export const dropout = /* @__PURE__ */ factory(Dropout);
/** Sets a fraction of the channels to 0 in training. @example layers.spatialDropout2d({ rate: 0.2 }) */
export const spatialDropout2d = /* @__PURE__ */ factory(SpatialDropout2D);
/** Adds normal noise in training. @example layers.gaussianNoise({ stddev: 0.1 }) */
export const gaussianNoise = /* @__PURE__ */ factory(GaussianNoise);
/** Multiplies by normal noise in training. @example layers.gaussianDropout({ rate: 0.2 }) */
export const gaussianDropout = /* @__PURE__ */ factory(GaussianDropout);
/** Dropout for networks with selu. @example layers.alphaDropout({ rate: 0.1 }) */
export const alphaDropout = /* @__PURE__ */ factory(AlphaDropout);

// shapes
/** Flattens each example to one axis. @example layers.flatten() */
export const flatten = /* @__PURE__ */ factory(Flatten);
/** Reshapes each example. @example layers.reshape({ targetShape: [7, 7, 64] }) */
export const reshape = /* @__PURE__ */ factory(Reshape);
/** Reorders the axes of each example, counted from 1. @example layers.permute({ dims: [2, 1] }) */
export const permute = /* @__PURE__ */ factory(Permute);
/** Pads images with zeros. @example layers.zeroPadding2d({ padding: 3 }) */
export const zeroPadding2d = /* @__PURE__ */ factory(ZeroPadding2D);
/** Crops the border of images. @example layers.cropping2D({ cropping: [[1, 1], [2, 2]] }) */
export const cropping2D = /* @__PURE__ */ factory(Cropping2D);
/** See `cropping2D`. @example layers.cropping2d({ cropping: 2 }) */
export const cropping2d = cropping2D;
/** Enlarges images by integer factors. @example layers.upSampling2d({ size: 2, interpolation: 'bilinear' }) */
export const upSampling2d = /* @__PURE__ */ factory(UpSampling2D);

// sequences
/** A vector for each index. @example layers.embedding({ inputDim: 1000, outputDim: 64, maskZero: true }) */
export const embedding = /* @__PURE__ */ factory(Embedding);
/** Masks steps whose features all have one value. @example layers.masking({ maskValue: 0 }) */
export const masking = /* @__PURE__ */ factory(Masking);
/** A vector at each of n steps. @example layers.repeatVector({ n: 10 }) */
export const repeatVector = /* @__PURE__ */ factory(RepeatVector);
/** One layer applied to every step. @example layers.timeDistributed({ layer: layers.dense({ units: 8 }) }) */
export const timeDistributed = /* @__PURE__ */ factory(TimeDistributed);

/**
 * 1-D convolution with bias and activation.
 * @example layers.conv1d({ filters: 8, kernelSize: 3, padding: 'causal' })
 */
export const conv1d = /* @__PURE__ */ factory(Conv1D);
/** The adjoint of a 1-D convolution. @example layers.conv1dTranspose({ filters: 8, kernelSize: 2, strides: 2 }) */
export const conv1dTranspose = /* @__PURE__ */ factory(Conv1DTranspose);
/** Convolves each channel of a sequence with its own filters. @example layers.depthwiseConv1d({ kernelSize: 3 }) */
export const depthwiseConv1d = /* @__PURE__ */ factory(DepthwiseConv1D);
/**
 * A depthwise 1-D convolution, then a product of its channels.
 * @example layers.separableConv1d({ filters: 8, kernelSize: 3 })
 */
export const separableConv1d = /* @__PURE__ */ factory(SeparableConv1D);
/** The largest value of each window of steps. @example layers.maxPooling1d({ poolSize: 2 }) */
export const maxPooling1d = /* @__PURE__ */ factory(MaxPooling1D);
/** See `maxPooling1d`. @example layers.maxPool1d({ poolSize: 2 }) */
export const maxPool1d = maxPooling1d;
/** The mean of each window of steps. @example layers.averagePooling1d({ poolSize: 2 }) */
export const averagePooling1d = /* @__PURE__ */ factory(AveragePooling1D);
/** See `averagePooling1d`. @example layers.avgPool1d({ poolSize: 2 }) */
export const avgPool1d = averagePooling1d;
/** See `averagePooling1d`. @example layers.avgPooling1d({ poolSize: 2 }) */
export const avgPooling1d = averagePooling1d;
/** The largest value of each channel of a sequence. @example layers.globalMaxPooling1d() */
export const globalMaxPooling1d = /* @__PURE__ */ factory(GlobalMaxPooling1D);
/** See `globalMaxPooling1d`. @example layers.globalMaxPool1d() */
export const globalMaxPool1d = globalMaxPooling1d;
/** The mean of each channel over the steps that count. @example layers.globalAveragePooling1d() */
export const globalAveragePooling1d = /* @__PURE__ */ factory(GlobalAveragePooling1D);
/** See `globalAveragePooling1d`. @example layers.globalAvgPool1d() */
export const globalAvgPool1d = globalAveragePooling1d;
/** Means of as many windows as the output has steps. @example layers.adaptiveAveragePooling1d({ outputSize: 4 }) */
export const adaptiveAveragePooling1d = /* @__PURE__ */ factory(AdaptiveAveragePooling1D);
/** The largest values of as many windows. @example layers.adaptiveMaxPooling1d({ outputSize: 4 }) */
export const adaptiveMaxPooling1d = /* @__PURE__ */ factory(AdaptiveMaxPooling1D);
/** Cuts off the ends of sequences. @example layers.cropping1d({ cropping: [1, 2] }) */
export const cropping1d = /* @__PURE__ */ factory(Cropping1D);
/** Pads sequences with zeros. @example layers.zeroPadding1d({ padding: [1, 2] }) */
export const zeroPadding1d = /* @__PURE__ */ factory(ZeroPadding1D);
/** Repeats each step. @example layers.upSampling1d({ size: 2 }) */
export const upSampling1d = /* @__PURE__ */ factory(UpSampling1D);
/** Sets a fraction of the channels of sequences to 0 in training. @example layers.spatialDropout1d({ rate: 0.2 }) */
export const spatialDropout1d = /* @__PURE__ */ factory(SpatialDropout1D);

// attention
/** Attention of several heads. @example layers.multiHeadAttention({ numHeads: 4, keyDim: 16 }) */
export const multiHeadAttention = /* @__PURE__ */ factory(MultiHeadAttention);
/**
 * Attention whose heads of queries share keys and values.
 * @example layers.groupedQueryAttention({ headDim: 16, numQueryHeads: 8, numKeyValueHeads: 2 })
 */
export const groupedQueryAttention = /* @__PURE__ */ factory(GroupedQueryAttention);
/**
 * See `groupedQueryAttention`. @example layers.groupQueryAttention({ headDim: 8, numQueryHeads: 4, numKeyValueHeads: 1
 * })
 */
export const groupQueryAttention = groupedQueryAttention;
/** Attention by inner products. @example layers.attention({ useScale: true }) */
export const attention = /* @__PURE__ */ factory(Attention);
/** Attention by sums. @example layers.additiveAttention() */
export const additiveAttention = /* @__PURE__ */ factory(AdditiveAttention);
/**
 * A product by an equation, with bias and activation.
 * @example layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 64], biasAxes: 'd' })
 */
export const einsumDense = /* @__PURE__ */ factory(EinsumDense);

// volumes
/** 3-D convolution with bias and activation. @example layers.conv3d({ filters: 4, kernelSize: 3 }) */
export const conv3d = /* @__PURE__ */ factory(Conv3D);
/** The adjoint of a 3-D convolution. @example layers.conv3dTranspose({ filters: 4, kernelSize: 2, strides: 2 }) */
export const conv3dTranspose = /* @__PURE__ */ factory(Conv3DTranspose);
/** The largest value of each window of a volume. @example layers.maxPooling3d({ poolSize: 2 }) */
export const maxPooling3d = /* @__PURE__ */ factory(MaxPooling3D);
/** See `maxPooling3d`. @example layers.maxPool3d({ poolSize: 2 }) */
export const maxPool3d = maxPooling3d;
/** The mean of each window of a volume. @example layers.averagePooling3d({ poolSize: 2 }) */
export const averagePooling3d = /* @__PURE__ */ factory(AveragePooling3D);
/** See `averagePooling3d`. @example layers.avgPool3d({ poolSize: 2 }) */
export const avgPool3d = averagePooling3d;
/** See `averagePooling3d`. @example layers.avgPooling3d({ poolSize: 2 }) */
export const avgPooling3d = averagePooling3d;
/** The largest value of each channel of a volume. @example layers.globalMaxPooling3d() */
export const globalMaxPooling3d = /* @__PURE__ */ factory(GlobalMaxPooling3D);
/** See `globalMaxPooling3d`. @example layers.globalMaxPool3d() */
export const globalMaxPool3d = globalMaxPooling3d;
/** The mean of each channel of a volume. @example layers.globalAveragePooling3d() */
export const globalAveragePooling3d = /* @__PURE__ */ factory(GlobalAveragePooling3D);
/** See `globalAveragePooling3d`. @example layers.globalAvgPool3d() */
export const globalAvgPool3d = globalAveragePooling3d;
/** Means of as many windows as the output has voxels. @example layers.adaptiveAveragePooling3d({ outputSize: 2 }) */
export const adaptiveAveragePooling3d = /* @__PURE__ */ factory(AdaptiveAveragePooling3D);
/** The largest values of as many windows. @example layers.adaptiveMaxPooling3d({ outputSize: 2 }) */
export const adaptiveMaxPooling3d = /* @__PURE__ */ factory(AdaptiveMaxPooling3D);
/** Cuts off the border of volumes. @example layers.cropping3d({ cropping: 1 }) */
export const cropping3d = /* @__PURE__ */ factory(Cropping3D);
/** Pads volumes with zeros. @example layers.zeroPadding3d({ padding: 1 }) */
export const zeroPadding3d = /* @__PURE__ */ factory(ZeroPadding3D);
/** Repeats each voxel. @example layers.upSampling3d({ size: 2 }) */
export const upSampling3d = /* @__PURE__ */ factory(UpSampling3D);
/** Sets a fraction of the channels of volumes to 0 in training. @example layers.spatialDropout3d({ rate: 0.2 }) */
export const spatialDropout3d = /* @__PURE__ */ factory(SpatialDropout3D);

// recurrent
/** Long short-term memory. @example layers.lstm({ units: 128, returnSequences: true }) */
export const lstm = /* @__PURE__ */ factory(LSTM);
/** A convolutional LSTM for sequences of images. @example layers.convLstm2d({ filters: 16, kernelSize: 3 }) */
export const convLstm2d = /* @__PURE__ */ factory(ConvLSTM2D);
/** Gated recurrent units. @example layers.gru({ units: 64 }) */
export const gru = /* @__PURE__ */ factory(GRU);
/** A fully connected recurrence. @example layers.simpleRNN({ units: 32 }) */
export const simpleRNN = /* @__PURE__ */ factory(SimpleRNN);
/** A recurrent layer in both directions. @example layers.bidirectional({ layer: layers.lstm({ units: 64 }) }) */
export const bidirectional = /* @__PURE__ */ factory(Bidirectional);
/**
 * A recurrence over a cell.
 * @example layers.rnn({ cell: [layers.lstmCell({ units: 8 }), layers.gruCell({ units: 4 })] })
 */
export const rnn = /* @__PURE__ */ factory(RNN);
/** One step of an LSTM, for `rnn`. @example layers.lstmCell({ units: 8 }) */
export const lstmCell = /* @__PURE__ */ factory(LSTMCell);
/** One step of a convolutional LSTM, for `rnn`. @example layers.convLstm2dCell({ filters: 8, kernelSize: 3 }) */
export const convLstm2dCell = /* @__PURE__ */ factory(ConvLSTM2DCell);
/** One step of a GRU, for `rnn`. @example layers.gruCell({ units: 8 }) */
export const gruCell = /* @__PURE__ */ factory(GRUCell);
/** One step of a fully connected recurrence, for `rnn`. @example layers.simpleRNNCell({ units: 8 }) */
export const simpleRNNCell = /* @__PURE__ */ factory(SimpleRNNCell);
/** Cells one on another, as one cell. @example layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 8 })] }) */
export const stackedRNNCells = /* @__PURE__ */ factory(StackedRNNCells);

// merging
/** The sum of its inputs. @example layers.add().apply([a, b]) */
export const add = /* @__PURE__ */ factory(Add);
/** The first input minus the second. @example layers.subtract().apply([a, b]) */
export const subtract = /* @__PURE__ */ factory(Subtract);
/** The product of its inputs. @example layers.multiply().apply([a, b]) */
export const multiply = /* @__PURE__ */ factory(Multiply);
/** The mean of its inputs. @example layers.average().apply([a, b]) */
export const average = /* @__PURE__ */ factory(Average);
/** The elementwise maximum of its inputs. @example layers.maximum().apply([a, b]) */
export const maximum = /* @__PURE__ */ factory(Maximum);
/** The elementwise minimum of its inputs. @example layers.minimum().apply([a, b]) */
export const minimum = /* @__PURE__ */ factory(Minimum);
/** Joins its inputs along an axis. @example layers.concatenate().apply([a, b]) */
export const concatenate = /* @__PURE__ */ factory(Concatenate);
/** Products of two inputs, summed over one axis of each. @example layers.dot({ axes: 1 }).apply([a, b]) */
export const dot = /* @__PURE__ */ factory(Dot);

// preprocessing
/** x · scale + offset. @example layers.rescaling({ scale: 1 / 255 }) */
export const rescaling = /* @__PURE__ */ factory(Rescaling);
/** Resizes images. @example layers.resizing({ height: 224, width: 224 }) */
export const resizing = /* @__PURE__ */ factory(Resizing);
/** Crops the middle of images. @example layers.centerCrop({ height: 224, width: 224 }) */
export const centerCrop = /* @__PURE__ */ factory(CenterCrop);
/** Categories as vectors of 0 and 1, or of counts. @example layers.categoryEncoding({ numTokens: 4, outputMode: 'oneHot' }) */
export const categoryEncoding = /* @__PURE__ */ factory(CategoryEncoding);
/** (x − mean) / √variance, with statistics that are given or learned by `adapt`. @example layers.normalization() */
export const normalization = /* @__PURE__ */ factory(Normalization);

// augmentation
/** Mirrors images at random in training. @example layers.randomFlip({ mode: 'horizontal' }) */
export const randomFlip = /* @__PURE__ */ factory(RandomFlip);
/** Turns images at random in training. @example layers.randomRotation({ factor: 0.1 }) */
export const randomRotation = /* @__PURE__ */ factory(RandomRotation);
/** Shifts images at random in training. @example layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }) */
export const randomTranslation = /* @__PURE__ */ factory(RandomTranslation);
/** Zooms images at random in training. @example layers.randomZoom({ heightFactor: 0.2 }) */
export const randomZoom = /* @__PURE__ */ factory(RandomZoom);
/**
 * Crops at a random place in training, in the middle otherwise.
 * @example layers.randomCrop({ height: 28, width: 28 })
 */
export const randomCrop = /* @__PURE__ */ factory(RandomCrop);
/** Resizes to a random width in training. @example layers.randomWidth({ factor: 0.2 }) */
export const randomWidth = /* @__PURE__ */ factory(RandomWidth);
/** Changes the contrast at random in training. @example layers.randomContrast({ factor: 0.2 }) */
export const randomContrast = /* @__PURE__ */ factory(RandomContrast);
/**
 * Changes the brightness at random in training.
 * @example layers.randomBrightness({ factor: 0.2, valueRange: [0, 1] })
 */
export const randomBrightness = /* @__PURE__ */ factory(RandomBrightness);
