export { Inference, type Traceable } from './inference.js';
