/** Kernel times: by op, by layer, and compared with the machine's peak. */
export { gflopsOf, gigabytesPerSecondOf, type KernelSums } from './kernel-sums.js';
export { profile, time } from './profile.js';
export { profileTable, type TableOptions } from './profile-table.js';
export { Profile, type ProfiledKernel } from './profiled.js';
export { copyRate, type MachinePeaks, shareOfPeak } from './roofline.js';
