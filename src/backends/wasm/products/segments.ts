/** Rows of a product are counted through images, lines and places of a line. */
export interface Grid {
  readonly images: number;
  readonly height: number;
  readonly width: number;
}

/** `length` steps of k from byte `offset`. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

export const depthOf = (segments: readonly Segment[]): number => segments.reduce((sum, { length }) => sum + length, 0);

/** Joins segments of float32 that continue each other in memory. */
export function joinSegments(segments: readonly Segment[]): Segment[] {
  const joined: { offset: number; length: number }[] = [];
  for (const { offset, length } of segments) {
    const last = joined.at(-1);
    if (last && last.offset + last.length * 4 === offset) last.length += length;
    else joined.push({ offset, length });
  }
  return joined;
}

/** As a kernel reads them. */
export function segmentFields(segments: readonly Segment[]): number[] {
  const fields: number[] = [];
  for (const { offset, length } of segments) fields.push(offset, length);
  return fields;
}

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;
