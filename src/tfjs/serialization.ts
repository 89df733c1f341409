/** tfjs's `serialization`: classes and functions of one's own, made known by name so that files can be read back. */
export { registerClass, registerFunction } from '../base/serialization.js';
