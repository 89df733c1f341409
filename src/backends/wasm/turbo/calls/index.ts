import type { TurboCheck } from '../kernel-call.js';
import { CONVOLUTIONS } from './convolutions.js';
import { ELEMENT_CALLS } from './elements.js';
import { IMAGE_CALLS } from './images.js';
import { PRODUCTS } from './products.js';
import { RECURRENCES } from './recurrences.js';
import { ROW_CALLS } from './rows.js';

/** Every family of kernels: full and partial register tiles, vectors, and the elements that are left over. */
export const FAMILIES: TurboCheck = {
  calls: [...PRODUCTS.calls, ...CONVOLUTIONS, ...IMAGE_CALLS, ...ELEMENT_CALLS, ...ROW_CALLS, ...RECURRENCES],
  isComplete: true,
};
