/** Write a size in MiB, rounded up: `1,234 MiB`. @param digits after the point, to which it is rounded instead */
export function mebibytes(bytes: number, digits = 0): string {
  const size = bytes / 2 ** 20;
  const shown = digits === 0 ? Math.ceil(size) : size;
  return `${shown.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} MiB`;
}
