/** Format with four significant figures between a thousandth and a million, else with powers of ten. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
  return size < 10
    ? value.toFixed(size < 1 ? 4 : 3).replace(/(\.\d\d)0+$/, '$1')
    : Number(value.toPrecision(4)).toString();
}
