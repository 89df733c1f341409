/** tfjs's `data`: sets that give one element after another, mapped, shuffled and batched on the way. */
export { CSVDataset, csv } from './csv.js';
export { Dataset } from './dataset.js';
export { array, func, generator } from './sources.js';
export { TextLineDataset } from './text.js';
export { zip } from './zip.js';
