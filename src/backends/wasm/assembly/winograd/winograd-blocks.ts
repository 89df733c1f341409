import { multiplyPanel, writeTables } from '../products/rows-product';
import { LARGE, OutputTiles, SMALL, Tiles, toOutput, toPoints } from './winograd-tiles';

/** The filter's points in panels, for the products of few tiles at a time. */
@unmanaged
class Filter {
  points: usize;
  pointStride: usize;
  panelStride: usize;
  panelColumns: u32;
  /** For each point a segment: where its matrix of data lies among the data's points, and the channels. */
  segments: usize;
  /** 64 bytes of zeros. */
  zeros: usize;
  /** Place of the tables of rows in a thread's scratch memory. */
  tables: usize;
}

/**
 * The whole convolution of some tiles at a time, whose points a thread keeps in its scratch memory: they stay in its
 * core's cache from the data to the outputs, and no thread waits for another in between.
 */
export function winogradConv2d(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  convolveBlocks(job, firstChunk, lastChunk, scratch, LARGE);
}

/** Of small tiles. */
export function winogradConv2dSmall(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize): void {
  convolveBlocks(job, firstChunk, lastChunk, scratch, SMALL);
}

// @ts-ignore: decorator
@inline
function convolveBlocks(job: usize, firstChunk: i32, lastChunk: i32, scratch: usize, out: i32): void {
  const data = changetype<Tiles>(job);
  const filter = changetype<Filter>(job + offsetof<Tiles>());
  const outputs = changetype<OutputTiles>(job + offsetof<Tiles>() + offsetof<Filter>());
  const tables = scratch + filter.tables;
  const dataPoints = scratch + data.points;
  const outputPoints = scratch + outputs.points;
  for (let block: u32 = firstChunk; block < <u32>lastChunk; block++) {
    const first = block * data.perJob;
    const count = min(data.perJob, data.count - first);
    for (let tile: u32 = 0; tile < count; tile++) {
      toPoints(data, first + tile, dataPoints + tile * data.tileStride, scratch, out, false);
    }
    const tablesEnd = writeTables(count, dataPoints, data.tileStride, outputPoints, outputs.tileStride, tables);
    for (let point: usize = 0; point < <usize>((out + 2) * (out + 2)); point++) {
      const segment = filter.segments + point * 8;
      let panel = filter.points + point * filter.pointStride;
      for (let column: u32 = 0; column < outputs.channels; column += filter.panelColumns) {
        const width = min(filter.panelColumns, outputs.channels - column);
        const stride: usize = width <= 8 ? 32 : <usize>filter.panelColumns * 4;
        const at = point * outputs.pointStride + column * 4;
        const end = segment + 8;
        multiplyPanel(tables, tablesEnd, segment, end, panel, stride, at, width, filter.zeros, 0, -Infinity, Infinity);
        panel += filter.panelStride;
      }
    }
    for (let tile: u32 = 0; tile < count; tile++) {
      toOutput(outputs, first + tile, outputPoints + tile * outputs.tileStride, scratch, out);
    }
  }
}
