/** Times of kernels: by op, by layer, and against what the machine can do. */
export { gflopsOf, gigabytesPerSecondOf, type KernelSums } from './kernel-sums.js';
export { profile, time } from './profile.js';
export { profileTable, type TableOptions } from './profile-table.js';
export { Profile, type ProfiledKernel } from './profiled.js';
export { copyRate, type MachinePeaks, shareOfPeak } from './roofline.js';
