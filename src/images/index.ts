/** Images and labels from bytes, on any platform: decode, resize, scale, split. */
export { type DecodeIdxOptions, decodeIdx } from './decode-idx.js';
export { decodeImage } from './decode-image.js';
export type { PickedDirectory, PickedFile } from './folders/page-files.js';
export { toGrayscale } from './grayscale.js';
export type { IdxData } from './idx-header.js';
export type { ImageSet, Split, TrainTestImages } from './image-set.js';
export { toCategorical } from './one-hot.js';
export { applyOrientation, readOrientation } from './orientation.js';
export { type ChannelScaling, type Preprocessing, preprocessImages, unitScale } from './preprocess.js';
export { resizeImage } from './resize.js';
export type { RgbImage } from './rgb-image.js';
export { takeBalanced, takeRows, trainValidationSplit } from './select.js';
export { type PictureSource, streamImageFiles } from './streaming/stream-image-files.js';
export type { StreamFolderOptions } from './streaming/stream-options.js';
export type { StreamedFolder } from './streaming/streamed-folder.js';
export type { SkippedPicture } from './streaming/streamed-pictures.js';
