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
  | {
      readonly kind: 'train';
      /** A function of the zoo. */
      readonly model: 'lenet5' | 'alexnet8' | 'cifar10Vgg16' | 'resnet50Signs';
      readonly batch: number;
      readonly image: readonly [height: number, width: number, channels: number];
      readonly classes: number;
    };

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
  'lenet5-train': { kind: 'train', model: 'lenet5', batch: 32, image: [28, 28, 1], classes: 10 },
  'alexnet8-train': { kind: 'train', model: 'alexnet8', batch: 32, image: [32, 32, 3], classes: 10 },
  'cifar10-vgg16-train': { kind: 'train', model: 'cifar10Vgg16', batch: 32, image: [32, 32, 3], classes: 10 },
  'resnet50-64-train': { kind: 'train', model: 'resnet50Signs', batch: 32, image: [64, 64, 3], classes: 6 },
};

/** Floating-point operations of one run, a multiply-add counted as two; null where the count says little. */
export function operations(work: Workload): number | null {
  if (work.kind === 'matmul') return 2 * work.m * work.k * work.n;
  if (work.kind === 'train') return null;
  return 2 * work.batch * work.size ** 2 * work.window ** 2 * work.inChannels * work.outChannels;
}
