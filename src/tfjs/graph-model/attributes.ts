import type { DType } from '../../base/dtype.js';
import { FormatError } from '../../base/errors.js';
import { asArray, isObject, type JsonObject, show } from '../../io/bytes/json.js';

/** Types of TensorFlow, by their names and numbers in the protocol buffer `DataType`. */
const TYPES: Readonly<Record<string, DType>> = {
  DT_FLOAT: 'float32',
  DT_HALF: 'float32',
  DT_DOUBLE: 'float32',
  DT_INT8: 'int32',
  DT_UINT8: 'int32',
  DT_INT16: 'int32',
  DT_INT32: 'int32',
  DT_INT64: 'int32',
  DT_BOOL: 'bool',
};
const NUMBERS = ['DT_INVALID', 'DT_FLOAT', 'DT_DOUBLE', 'DT_INT32', 'DT_UINT8', 'DT_INT16', 'DT_INT8'];
const LATER_NUMBERS: Readonly<Record<number, string>> = { 9: 'DT_INT64', 10: 'DT_BOOL', 19: 'DT_HALF' };

/** The attributes of a node, as the JSON of a protocol buffer has them: int64 as text, bytes in base64. */
export class Attributes {
  constructor(
    private readonly caller: string,
    private readonly values: JsonObject,
  ) {}

  has(name: string): boolean {
    return isObject(this.values[name]);
  }

  number(name: string, missing?: number): number {
    const { i, f } = this.value(name);
    const value = Number(i ?? f ?? (this.has(name) ? 0 : missing));
    if (Number.isNaN(value)) throw this.wrong(name, 'a number');
    return value;
  }

  numbers(name: string, missing?: readonly number[]): readonly number[] {
    const { list } = this.value(name);
    if (!isObject(list)) {
      if (missing && !this.has(name)) return missing;
      throw this.wrong(name, 'a list of numbers');
    }
    const values = asArray(list.i ?? list.f ?? [], `${this.caller}: ${name}`).map(Number);
    if (values.some(Number.isNaN)) throw this.wrong(name, 'a list of numbers');
    return values;
  }

  flag(name: string, missing = false): boolean {
    const { b } = this.value(name);
    return this.has(name) ? b === true : missing;
  }

  text(name: string, missing?: string): string {
    const { s } = this.value(name);
    if (s === undefined && missing !== undefined) return missing;
    return this.decoded(name, s);
  }

  texts(name: string): readonly string[] {
    const { list } = this.value(name);
    const all = isObject(list) ? asArray(list.s ?? [], `${this.caller}: ${name}`) : [];
    return all.map((each) => this.decoded(name, each));
  }

  /** @throws FormatError for types without a tensor here, such as strings and complex numbers */
  dtype(name: string, missing?: DType): DType {
    const { type } = this.value(name);
    if (type === undefined && missing) return missing;
    const spelled = typeof type === 'number' ? (NUMBERS[type] ?? LATER_NUMBERS[type]) : String(type);
    const dtype = TYPES[spelled ?? ''];
    if (!dtype) throw this.wrong(name, `one of ${Object.keys(TYPES).join(', ')}`);
    return dtype;
  }

  /** The shape of a placeholder; null for sizes that are not known, undefined where the rank is not. */
  shape(name: string): readonly (number | null)[] | undefined {
    const { shape } = this.value(name);
    if (!isObject(shape) || shape.unknownRank === true) return undefined;
    return asArray(shape.dim ?? [], `${this.caller}: ${name}`).map((each) => {
      const size = Number((each as JsonObject).size ?? 0);
      return size >= 0 ? size : null;
    });
  }

  /** Every attribute, decoded: what an op of a program receives. */
  plain(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.keys(this.values).map((name) => [name, this.decodedValue(name)]));
  }

  private decodedValue(name: string): unknown {
    const value = this.value(name);
    if (value.s !== undefined) return this.text(name);
    if (value.b !== undefined) return this.flag(name);
    if (value.type !== undefined) return this.dtype(name);
    if (value.shape !== undefined) return this.shape(name);
    if (!isObject(value.list)) return this.number(name);
    return value.list.s === undefined ? this.numbers(name) : this.texts(name);
  }

  private value(name: string): JsonObject {
    const value = this.values[name];
    return isObject(value) ? value : {};
  }

  private decoded(name: string, value: unknown): string {
    if (Array.isArray(value)) return String.fromCharCode(...(value as number[]));
    if (typeof value !== 'string') throw this.wrong(name, 'a text');
    try {
      return atob(value);
    } catch {
      throw this.wrong(name, 'a text in base64');
    }
  }

  private wrong(name: string, expected: string): FormatError {
    return new FormatError(`${this.caller}: attribute ${name} is ${show(this.values[name])}, expected ${expected}`);
  }
}
