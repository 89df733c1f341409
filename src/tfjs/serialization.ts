/** tfjs's `serialization`: register custom classes and functions by name, so that files with them can be loaded. */
export { registerClass, registerFunction } from '../base/serialization.js';
