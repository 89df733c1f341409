import { maskedCrc32c } from './masked-crc.js';
import { bytesField, doubleField, doublesField, floatField, integerField, message } from './protobuf.js';

/*
 * Events in the format of TensorBoard: a file is a sequence of records, each an Event of
 * tensorflow/core/util/event.proto
 * with summaries of tensorflow/core/framework/summary.proto. The numbers are the fields of those files.
 */

/** A value of a summary, encoded. */
export type SummaryValue = Uint8Array;

export const scalarValue = (tag: string, value: number): SummaryValue =>
  message(bytesField(1, tag), floatField(2, value));

/** Buckets of a histogram. */
const BUCKETS = 30;

/** Count values in buckets of equal width; values that are not finite are left out. */
export function histogramValue(tag: string, values: ArrayLike<number>): SummaryValue {
  const finite = Array.from(values).filter(Number.isFinite);
  const [min, max] = finite.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  // Equal values need a single bucket, an empty list none.
  const buckets = finite.length === 0 ? 0 : min === max ? 1 : BUCKETS;
  const width = (max - min) / buckets;
  const limits = Array.from({ length: buckets }, (_, i) => (i === buckets - 1 ? max : min + width * (i + 1)));
  const counts = new Array<number>(buckets).fill(0);
  for (const value of finite) counts[width > 0 ? Math.min(Math.floor((value - min) / width), buckets - 1) : 0]++;
  const histogram = message(
    doubleField(1, finite.length > 0 ? min : 0),
    doubleField(2, finite.length > 0 ? max : 0),
    doubleField(3, finite.length),
    doubleField(
      4,
      finite.reduce((sum, value) => sum + value, 0),
    ),
    doubleField(
      5,
      finite.reduce((sum, value) => sum + value * value, 0),
    ),
    doublesField(6, limits),
    doublesField(7, counts),
  );
  return message(bytesField(1, tag), bytesField(5, histogram));
}

/** @param png the encoded picture */
export function imageValue(
  tag: string,
  { png, width, height, channels }: { png: Uint8Array; width: number; height: number; channels: number },
): SummaryValue {
  const image = message(integerField(1, height), integerField(2, width), integerField(3, channels), bytesField(4, png));
  return message(bytesField(1, tag), bytesField(4, image));
}

/** A model as Keras JSON, for the graph page. */
export function modelValue(json: string): SummaryValue {
  const [string, tensor] = [7, 2];
  const metadata = message(bytesField(1, bytesField(1, 'graph_keras_model')), integerField(4, tensor));
  // A scalar: an empty shape.
  const value = message(integerField(1, string), bytesField(2, ''), bytesField(8, json));
  return message(bytesField(1, 'keras'), bytesField(9, metadata), bytesField(8, value));
}

const event = (seconds: number, ...fields: readonly Uint8Array[]): Uint8Array =>
  record(message(doubleField(1, seconds), ...fields));

/** The first record of a file. */
export const versionEvent = (seconds: number): Uint8Array => event(seconds, bytesField(3, 'brain.Event:2'));

/** A record with the values of a step. */
export const summaryEvent = (seconds: number, step: number, values: readonly SummaryValue[]): Uint8Array =>
  event(seconds, integerField(2, step), bytesField(5, message(...values.map((value) => bytesField(1, value)))));

/** Frame bytes as a TFRecord: length, its checksum, the bytes, their checksum. */
function record(data: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(12));
  head.setBigUint64(0, BigInt(data.length), true);
  head.setUint32(8, maskedCrc32c(new Uint8Array(head.buffer, 0, 8)), true);
  const tail = new DataView(new ArrayBuffer(4));
  tail.setUint32(0, maskedCrc32c(data), true);
  return message(new Uint8Array(head.buffer), data, new Uint8Array(tail.buffer));
}
