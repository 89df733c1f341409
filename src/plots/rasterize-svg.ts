import { ValueError } from '../base/errors.js';
import { number, string } from '../base/option.js';

/** The part of resvg's API that is used; resvg is an optional package, not a dependency. */
interface Resvg {
  new (svg: string, options: object): { render(): { asPng(): Uint8Array } };
}

/** A variable, so that compilers and bundlers do not resolve the package. */
async function loadResvg(name = '@resvg/resvg-js'): Promise<Resvg | undefined> {
  try {
    return ((await import(name)) as { Resvg: Resvg }).Resvg;
  } catch {
    return undefined;
  }
}

/**
 * Render an SVG picture, such as a plot, as PNG. Requires the package `@resvg/resvg-js`.
 * @param scale PNG pixels per SVG pixel; default 2
 * @returns the bytes of a PNG file
 * @throws ValueError when resvg is not installed, or the input is not SVG
 * @example await writeAtomically('model.png', await rasterizeSvg(plotModel(model)));
 */
export async function rasterizeSvg(svg: string, scale = 2): Promise<Uint8Array> {
  string().check('rasterizeSvg', 'svg', svg);
  number({ above: 0, max: 16 }).check('rasterizeSvg', 'scale', scale);
  const Renderer = await loadResvg();
  if (!Renderer) {
    throw new ValueError('rasterizeSvg: PNG output needs resvg: npm install @resvg/resvg-js; SVG needs no package');
  }
  try {
    const image = new Renderer(svg, { fitTo: { mode: 'zoom', value: scale }, font: { loadSystemFonts: true } });
    return image.render().asPng();
  } catch (error) {
    throw new ValueError(`rasterizeSvg: ${(error as Error).message ?? String(error)}`);
  }
}
