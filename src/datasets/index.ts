/** Image sets from files, and what is done to them before training: the part of `nabla/node` that is about data. */
export { IMAGE_SETS, type ImageSetName, type LoadOptions, loadImageSet, type NamedImages } from './catalog.js';
export { type Cifar100Labels, readCifar10, readCifar100 } from './cifar.js';
export { decodeImage, type RgbImage } from './decode-image.js';
export { type DownloadOptions, download, type RemoteFile } from './download.js';
export { FASHION_MNIST_CLASS_NAMES, type FashionMnistOptions, loadFashionMnist } from './fashion-mnist.js';
export { type FolderImages, type FolderOptions, readImageFolder } from './folder.js';
export { type IdxData, readIdx } from './idx.js';
export type { ImageSet, Split, TrainTestImages } from './image-set.js';
export { MNIST_CLASS_NAMES, readMnist } from './mnist.js';
export { preprocessImages, toCategorical, unitScale } from './preprocess.js';
export { resizeImage } from './resize.js';
export { takeBalanced, takeRows, trainValidationSplit } from './select.js';
export { readSigns, SIGNS_CLASS_NAMES } from './signs.js';
