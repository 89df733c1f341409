import { registerBackend } from '../registry.js';
import { startGpuBackend } from './index.js';

export { gpuInfo } from './index.js';

registerBackend('gpu', startGpuBackend);
