import { FormatError } from '../../base/errors.js';
import { clone } from '../../ops/reshape.js';
import { Tensor } from '../../tensor/tensor.js';
import type { Attributes } from './attributes.js';
import type { GraphDefNode } from './graph-def.js';
import { numbersOf } from './known-numbers.js';
import { TensorList, type Value } from './values.js';

/** A node with the values of its inputs. */
export class OpCall {
  constructor(
    private readonly node: GraphDefNode,
    private readonly values: readonly Value[],
  ) {}

  get caller(): string {
    return this.node.caller;
  }

  get attributes(): Attributes {
    return this.node.attributes;
  }

  /** Number of inputs. */
  get count(): number {
    return this.values.length;
  }

  /** @throws FormatError when there is no such input, or it is a list */
  tensor(index: number): Tensor {
    const value = this.values[index];
    if (value instanceof Tensor) return value;
    throw new FormatError(`${this.caller}: input ${index} is ${value ? 'a list' : 'missing'}, expected a tensor`);
  }

  /** @param end index after the last; default all */
  tensors(start = 0, end = this.count): Tensor[] {
    return this.values.slice(start, end).map((_, index) => this.tensor(start + index));
  }

  /** @throws FormatError when there is no such input, or it is no list */
  list(index: number): TensorList {
    const value = this.values[index];
    if (value instanceof TensorList) return value;
    throw new FormatError(`${this.caller}: input ${index} is not a list of tensors`);
  }

  /** An input as an output: a tensor of its own, or the same list. */
  same(index: number): Tensor | TensorList {
    const value = this.values[index];
    return value instanceof TensorList ? value : clone(this.tensor(index));
  }

  /** The numbers of an input, on the host. */
  numbers(index: number): readonly number[] {
    const tensor = this.tensor(index);
    return numbersOf(tensor)?.values ?? Array.from(tensor.dataSync(), Number);
  }

  number(index: number): number {
    return this.numbers(index)[0];
  }

  /** The numbers of an input in pairs: paddings, crops. */
  pairs(index: number): [number, number][] {
    const numbers = this.numbers(index);
    return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
  }

  /** @throws FormatError for images with the channels first */
  assertChannelsLast(): void {
    const format = this.attributes.text('data_format', 'NHWC');
    if (!['NHWC', 'NWC', 'NDHWC'].includes(format)) {
      throw new FormatError(`${this.caller}: data_format is ${format}, expected NHWC`);
    }
  }

  fail(message: string): FormatError {
    return new FormatError(`${this.caller}: ${message}`);
  }
}
