export { columnsProduct, sumParts } from './columns-product';
export { fill } from './creation';
export { depthwiseFilterGradient, depthwiseProduct, repeatChannels, sumChannels } from './depthwise-conv2d';
export { packPanels } from './pack';
export { padImages } from './pad';
export { rowsProduct } from './rows-product';
