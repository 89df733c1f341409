/** tfjs's `data`: lazy sequences of elements, with methods to map, shuffle and batch them. */
export { CSVDataset, csv } from './csv.js';
export { Dataset } from './dataset.js';
export { array, func, generator } from './sources.js';
export { TextLineDataset } from './text.js';
export { zip } from './zip.js';
