/** A canvas of a page or a worker. */
export type PixelCanvas = HTMLCanvasElement | OffscreenCanvas;

export type PixelContext = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Whether a value has the methods of a canvas, so that canvases of other realms and of Node packages are accepted. */
export const isCanvas = (value: unknown): value is PixelCanvas =>
  typeof (value as Partial<PixelCanvas> | null | undefined)?.getContext === 'function';

/**
 * The `2d` context of a canvas; null if it has one of another kind.
 * @throws DOMException when the canvas was given to a worker
 */
export const contextOf = (canvas: PixelCanvas, settings?: CanvasRenderingContext2DSettings): PixelContext | null =>
  canvas.getContext('2d', settings) as PixelContext | null;
