/** The `math` namespace of tfjs. */
export { confusionMatrix } from '../ops/confusion-matrix.js';
