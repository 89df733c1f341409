export { columnsProduct, sumParts } from './columns-product';
export { fill } from './creation';
export { packPanels } from './pack';
export { padImages } from './pad';
export { rowsProduct } from './rows-product';
