import { registerBackend } from '../registry.js';
import { startWebGpuBackend } from './index.js';

export { profileKernels, webgpuInfo } from './index.js';

registerBackend('webgpu', startWebGpuBackend);
