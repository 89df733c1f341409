/** Names of the sets that `loadImageSet` reads. */
export const IMAGE_SETS = ['mnist', 'fashion-mnist', 'cifar10', 'cifar100', 'signs', 'flowers'] as const;

/** Name of a set that `loadImageSet` reads. */
export type ImageSetName = (typeof IMAGE_SETS)[number];
