import { COPY } from './copy.js';
import { INSPECT, type InspectArguments, inspected } from './inspect.js';
import { configOf, type Given, type Options, type OptionTable, readOptions } from './options.js';
import type { Configurable } from './serialization.js';

/** An initializer, regularizer or constraint: a function with serializable options. */
interface Applicable extends Configurable {
  apply(...args: never[]): unknown;
}

interface Definition<Made extends Applicable, Table extends OptionTable, First extends keyof Table> {
  /** Keras's class name: `MaxNorm`. */
  readonly className: string;
  readonly options: Table;
  /** Option that may be given without an object: `maxNorm(3)` is `maxNorm({ maxValue: 3 })`. */
  readonly alone?: First;
  /** Throw a ValueError where options contradict each other. */
  validate?(options: Options<Table>): void;
  apply(options: Options<Table>, ...args: Parameters<Made['apply']>): ReturnType<Made['apply']>;
}

/** The objects that the functions return. */
class Configured implements Applicable {
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  constructor(
    readonly className: string,
    readonly apply: Applicable['apply'],
    readonly getConfig: Applicable['getConfig'],
  ) {}

  [INSPECT](...args: InspectArguments): string {
    return inspected(this.className, this.getConfig(), args);
  }
}

/** A function that creates an object from options. */
export type Factory<Made, Table extends OptionTable, First extends keyof Table = never> = (
  options?: Given<Table> | Table[First]['input'],
) => Made;

/**
 * Turn definitions of one kind into functions of options: `factoryOf<Regularizer>()({ className: 'L2', options, apply
 * })`.
 */
export const factoryOf =
  <Made extends Applicable>() =>
  <Table extends OptionTable, First extends keyof Table & string = never>({
    className,
    options,
    alone,
    validate,
    apply,
  }: Definition<Made, Table, First>): Factory<Made, Table, First> =>
  (given) => {
    const values = readOptions<Table, First>(className, options, given, alone);
    validate?.(values);
    const made = new Configured(
      className,
      (...args: Parameters<Made['apply']>) => apply(values, ...args),
      () => configOf(options, values, className),
    );
    return made as unknown as Made;
  };
