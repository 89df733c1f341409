import type { Step } from './step-result.js';
import type { Totals } from './totals.js';

/** A step and the totals that its numbers are added to. */
export interface CountedStep {
  readonly step: Step;
  readonly totals: Totals;
}
