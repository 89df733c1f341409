/**
 * Image sets from files, and the preprocessing of `nabla/images`: the data functions of `nabla/node`.
 */
export type { IdxData } from '../images/idx-header.js';
export type { ImageSet, Split, TrainTestImages } from '../images/image-set.js';
export { toCategorical } from '../images/one-hot.js';
export { applyOrientation, readOrientation } from '../images/orientation.js';
export { type ChannelScaling, type Preprocessing, preprocessImages, unitScale } from '../images/preprocess.js';
export { resizeImage } from '../images/resize.js';
export type { RgbImage } from '../images/rgb-image.js';
export { takeBalanced, takeRows, trainValidationSplit } from '../images/select.js';
export type { StreamFolderOptions } from '../images/streaming/stream-options.js';
export type { StreamedFolder } from '../images/streaming/streamed-folder.js';
export type { SkippedPicture } from '../images/streaming/streamed-pictures.js';
export { fetchImageSet, imageSetFolder, type LoadOptions, loadImageSet, type NamedImages } from './catalog.js';
export { type Cifar100Labels, readCifar10, readCifar100 } from './cifar.js';
export { decodeImage } from './decode-image.js';
export { type DownloadOptions, download, type RemoteFile } from './download.js';
export { FASHION_MNIST_CLASS_NAMES, type FashionMnistOptions, loadFashionMnist } from './fashion-mnist.js';
export type { FetchOptions } from './fetch-set.js';
export { type FolderImages, type FolderOptions, readImageFolder } from './folder.js';
export { type ReadIdxOptions, readIdx } from './idx.js';
export { MNIST_CLASS_NAMES, readMnist } from './mnist.js';
export { IMAGE_SETS, type ImageSetName } from './set-names.js';
export { readSigns, SIGNS_CLASS_NAMES } from './signs.js';
export { streamImageFolder } from './stream-image-folder.js';
