/** What is timed: one description, which nabla and every peer carry out in their own way. */
export type Workload =
  | { readonly kind: 'matmul'; readonly m: number; readonly k: number; readonly n: number }
  | {
      readonly kind: 'conv2d' | 'conv2d-input-gradient' | 'conv2d-filter-gradient';
      readonly batch: number;
      readonly size: number;
      readonly inChannels: number;
      readonly outChannels: number;
      readonly window: number;
    }
  | { readonly kind: 'train'; readonly model: 'lenet5'; readonly batch: number };

const conv = (kind: 'conv2d' | 'conv2d-input-gradient' | 'conv2d-filter-gradient'): Workload => ({
  kind,
  batch: 8,
  size: 56,
  inChannels: 64,
  outChannels: 64,
  window: 3,
});

export const WORKLOADS: Readonly<Record<string, Workload>> = {
  'matmul-384': { kind: 'matmul', m: 384, k: 384, n: 384 },
  'conv-3x3-64-56': conv('conv2d'),
  'conv-3x3-64-56-input-gradient': conv('conv2d-input-gradient'),
  'conv-3x3-64-56-filter-gradient': conv('conv2d-filter-gradient'),
  'lenet5-train': { kind: 'train', model: 'lenet5', batch: 32 },
};

/** Floating-point operations of one run, a multiply-add counted as two; null where the count says little. */
export function operations(work: Workload): number | null {
  if (work.kind === 'matmul') return 2 * work.m * work.k * work.n;
  if (work.kind === 'train') return null;
  return 2 * work.batch * work.size ** 2 * work.window ** 2 * work.inChannels * work.outChannels;
}
