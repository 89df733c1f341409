import { assertPictureSize } from '../rgb-image.js';

/** One colour plane of an image. */
export interface Component {
  readonly id: number;
  /** Sampling factors of this plane, across and down. */
  readonly across: number;
  readonly down: number;
  readonly quantizationTable: number;
  /** Size in samples, without padding. */
  readonly width: number;
  readonly height: number;
  /** Size in blocks. */
  readonly columns: number;
  readonly rows: number;
  /** Samples per row in memory, padded to whole units of all planes. */
  readonly stride: number;
  readonly samples: Uint8Array;
  /** Coefficients of all blocks if several scans contribute to each; null if one scan holds all. */
  coefficients: Int16Array | null;
  /** The table at the start of the plane's first scan. */
  quantization: Uint16Array | null;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly maxAcross: number;
  readonly maxDown: number;
  /** Size in units: one block of each plane, or more of planes with larger factors. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
  readonly components: readonly Component[];
}

/**
 * Read the header of an image and allocate its planes.
 * @param available bytes of the file: every block takes at least a bit
 * @throws Error when the header is invalid, or claims more than the file can hold
 */
export function readFrame(content: Uint8Array, isProgressive: boolean, available: number): Frame {
  const [precision, heightHigh, heightLow, widthHigh, widthLow, count] = content;
  const [width, height] = [widthHigh * 256 + widthLow, heightHigh * 256 + heightLow];
  if (content.length < 6 + 3 * count) throw new Error('its header is cut short');
  if (precision !== 8) throw new Error(`samples of ${precision} bits, expected 8`);
  assertPictureSize(width, height);
  if (count !== 1 && count !== 3 && count !== 4) throw new Error(`${count} colour planes, expected 1, 3 or 4`);
  const given = Array.from({ length: count }, (_, i) => {
    const [id, factors, quantizationTable] = content.subarray(6 + 3 * i);
    return { id, across: factors >> 4, down: factors & 15, quantizationTable };
  });
  for (const { id, across, down, quantizationTable } of given) {
    if (across < 1 || across > 4 || down < 1 || down > 4 || quantizationTable > 3) {
      throw new Error(
        `plane ${id} has factors ${across}×${down} and table ${quantizationTable}, expected 1 to 4 and 0 to 3`,
      );
    }
  }
  const maxAcross = Math.max(...given.map(({ across }) => across));
  const maxDown = Math.max(...given.map(({ down }) => down));
  const unitsAcross = Math.ceil(width / (8 * maxAcross));
  const unitsDown = Math.ceil(height / (8 * maxDown));
  const blocks = given.reduce((sum, { across, down }) => sum + unitsAcross * across * unitsDown * down, 0);
  if (blocks > available * 8) {
    throw new Error(`${available} bytes cannot hold the ${width}×${height} pixels that its header claims`);
  }
  const components = given.map(({ across, down, ...rest }): Component => {
    const [planeWidth, planeHeight] = [Math.ceil((width * across) / maxAcross), Math.ceil((height * down) / maxDown)];
    const stride = unitsAcross * across * 8;
    const size = stride * unitsDown * down * 8;
    return {
      ...rest,
      across,
      down,
      width: planeWidth,
      height: planeHeight,
      columns: Math.ceil(planeWidth / 8),
      rows: Math.ceil(planeHeight / 8),
      stride,
      samples: new Uint8Array(size),
      coefficients: isProgressive ? new Int16Array(size) : null,
      quantization: null,
    };
  });
  return { width, height, isProgressive, maxAcross, maxDown, unitsAcross, unitsDown, components };
}
