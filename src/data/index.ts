/** tfjs's `data`: sets that give one element after another, mapped, shuffled and batched on the way. */
export { CSVDataset, csv } from './csv.js';
export { array, Dataset, func, generator, zip } from './dataset.js';
export { TextLineDataset } from './text.js';
