import { ValueError } from '../../base/errors.js';
import { positiveInteger } from '../../base/options.js';

/** Options of a convolution whose channels may be split into groups. */
export const GROUPED = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /** Number of channel groups that are convolved separately; default 1. */
  groups: positiveInteger().default(1),
};

interface Grouped {
  readonly filters: number;
  readonly groups: number;
}

/** @throws ValueError when filters is not a multiple of groups */
export function assertFilterGroups(caller: string, { filters, groups }: Grouped): void {
  if (filters % groups === 0) return;
  throw new ValueError(`${caller}: filters is ${filters}, expected a multiple of groups, ${groups}`);
}

/** @throws ValueError when the input's channels are not a multiple of groups */
export function assertChannelGroups(caller: string, channels: number, { groups }: Grouped): void {
  if (channels % groups === 0) return;
  throw new ValueError(`${caller}: the input has ${channels} channels, expected a multiple of groups, ${groups}`);
}
