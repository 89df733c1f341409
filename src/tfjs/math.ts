/** tfjs's `math`. */
export { confusionMatrix } from '../ops/confusion-matrix.js';
