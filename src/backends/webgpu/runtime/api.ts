/** The bits of the WebGPU specification that are used: Node has no global `GPUBufferUsage`. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;

export const MAP_READ = 0x1;

export const COMPUTE_STAGE = 0x4;
