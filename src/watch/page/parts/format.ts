import { formatValue } from '../../../plots/charts/format-value.js';

/** Metrics that are fractions between 0 and 1. */
const SHARE_NAME = /acc|precision|recall|auc|f1/i;

/** A metric as people read it: percents of accuracies. */
export function metricText(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return SHARE_NAME.test(name) && value >= 0 && value <= 1 ? `${(100 * value).toFixed(2)}%` : formatValue(value);
}

export const labelOf = (name: string): string => name.replace(/^val_/, 'validation ').replaceAll('_', ' ');

/** `12 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

export const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB');

export const wholeNumber = (value: number): string => Math.round(value).toLocaleString('en-GB').replaceAll(',', ' ');

/** Small rates keep their digits: 0.001, 0.00025, 1e-5. */
export function rateText(rate: number | null | undefined): string {
  if (rate === null || rate === undefined) return '–';
  const rounded = Number(rate.toPrecision(4));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}
