import { extname } from 'node:path';
import { ValueError } from '../base/errors.js';
import { writeAtomically } from '../io/storage/atomic-write.js';
import { rasterizeSvg } from '../plots/rasterize-svg.js';

/**
 * Write a plot as SVG or PNG, by the extension of the file.
 * @param draw returns the SVG; not called for other extensions
 * @returns the number of bytes written
 * @throws ValueError for other extensions
 */
export async function writePicture(file: string, draw: () => string | Promise<string>, scale: number): Promise<number> {
  const kind = extname(file).toLowerCase();
  if (kind !== '.svg' && kind !== '.png')
    throw new ValueError(`--out is ${file}, expected a file name ending in .svg or .png`);
  const svg = await draw();
  const picture = kind === '.svg' ? new TextEncoder().encode(svg) : await rasterizeSvg(svg, scale);
  await writeAtomically(file, picture);
  return picture.length;
}
