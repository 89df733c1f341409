import { useState } from 'preact/hooks';
import type { Axis } from '../state/series.js';

/** What a person has chosen on the page; kept over a reload. */
export interface Choices {
  readonly axis: Axis;
  readonly smoothing: number;
  readonly isLogarithmic: boolean;
  /** Keys of runs that are not drawn. */
  readonly hidden: readonly string[];
  /** Key of the run whose details are shown; null: the last one. */
  readonly chosen: string | null;
  /** Name of the weight whose histograms are shown; null: the first one. */
  readonly weight: string | null;
}

const DEFAULTS: Choices = {
  axis: 'epochs',
  smoothing: 0.6,
  isLogarithmic: false,
  hidden: [],
  chosen: null,
  weight: null,
};
const KEY = 'nabla-watch';

function stored(): Choices {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return DEFAULTS;
  }
}

export type Choose = (changed: Partial<Choices>) => void;

export function useChoices(): [Choices, Choose] {
  const [choices, set] = useState(stored);
  const choose: Choose = (changed) =>
    set((before) => {
      const next = { ...before, ...changed };
      localStorage.setItem(KEY, JSON.stringify(next));
      return next;
    });
  return [choices, choose];
}
