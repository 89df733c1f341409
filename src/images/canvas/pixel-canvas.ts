/** A canvas of a page, or one that a worker has. */
export type PixelCanvas = HTMLCanvasElement | OffscreenCanvas;

export type PixelContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Whether a value draws, by what it can do: canvases of other realms and of packages for Node count. */
export const isCanvas = (value: unknown): value is PixelCanvas =>
  typeof (value as Partial<PixelCanvas> | null | undefined)?.getContext === 'function';

/**
 * The context `2d` of a canvas; null where it has one of another kind.
 * @throws DOMException when the canvas was given to a worker
 */
export const contextOf = (canvas: PixelCanvas, settings?: CanvasRenderingContext2DSettings): PixelContext | null =>
  canvas.getContext('2d', settings) as PixelContext | null;
