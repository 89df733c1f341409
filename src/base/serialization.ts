import { ValueError } from './errors.js';
import { didYouMean } from './names.js';

/** A part of a model as files hold it: Keras's class name, and the options that make it again. */
export interface SerializedObject {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** What can say how it is made again: initializers, regularizers, constraints, layers. */
export interface Configurable {
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: each class takes options of its own
type Options = any;

export type Maker = (config: Options) => unknown;

/** A class that files name; `fromConfig` only where the constructor does not take the config as it is. */
export interface SerializableClass {
  readonly className: string;
  new (config: Options): unknown;
  fromConfig?(cls: SerializableClass, config: Options): unknown;
}

const makers = new Map<string, Maker>();
const functions = new Map<string, (...args: Options[]) => unknown>();

/** Keras writes `package>Name`; the name alone tells. */
const bareName = (name: string): string => name.slice(name.lastIndexOf('>') + 1);

/**
 * Makes a class of yours known to loaders: a layer, initializer, regularizer or constraint. It needs a static `className`.
 * @param name default its `className`
 * @throws ValueError when there is no name
 * @example registerClass(SquaredSum)
 */
export function registerClass(cls: SerializableClass, _package?: string, name: string = cls.className): void {
  if (typeof name !== 'string' || name === '') {
    throw new ValueError(`registerClass: ${cls.name} has no static className, expected a string`);
  }
  registerMaker(name, (config) => (cls.fromConfig ? cls.fromConfig(cls, config) : new cls(config)));
}

/** Makes objects of a class name known to loaders, by a function of their config. */
export function registerMaker(className: string, fromConfig: Maker): void {
  makers.set(bareName(className), fromConfig);
}

/** Makes a function of yours known by a name: an activation, a loss or a metric. @example registerFunction('mish', mish) */
export function registerFunction(name: string, f: (...args: Options[]) => unknown): void {
  functions.set(bareName(name), f);
}

/** What was registered under a class name. */
export const registeredMaker = (className: string): Maker | undefined => makers.get(bareName(className));

/** What was registered under a function's name. */
export const registeredFunction = (name: string): ((...args: Options[]) => unknown) | undefined =>
  functions.get(bareName(name));

/** The name that a function was registered under. */
export function registeredNameOf(f: unknown): string | null {
  for (const [name, each] of functions) if (each === f) return name;
  return null;
}

/** A name, an instance, or what a file says of one. */
export type Identifier<T> = string | T | SerializedObject;

/** One form for every spelling of a name: `glorotUniform`, `glorot_uniform` and `GlorotUniform` are one. */
const foldName = (name: string): string => bareName(name).replace(/_/g, '').toLowerCase();

/** One kind of object that options name by a string, an instance, or a config. */
export interface Kind<T> {
  /** For messages: `initializer`. */
  readonly name: string;
  readonly isInstance: (value: unknown) => value is T;
  /** By folded name. */
  readonly builtIn: ReadonlyMap<string, (config: Options) => T>;
  /** Names for messages. */
  readonly names: readonly string[];
}

type Factories<T> = Readonly<Record<string, (options?: Options) => T>>;

/** A kind whose objects have `apply` and `getConfig`, from its factories by name. @param aliases further names, left out of messages */
export function kindOf<T extends Configurable>(
  name: string,
  factories: Factories<T>,
  aliases: Factories<T> = {},
): Kind<T> {
  return {
    name,
    isInstance: (value): value is T =>
      typeof value === 'object' && value !== null && 'apply' in value && 'getConfig' in value,
    builtIn: new Map(Object.entries({ ...factories, ...aliases }).map(([key, make]) => [foldName(key), make])),
    names: Object.keys(factories),
  };
}

/**
 * Finds or makes an object from what an option gives.
 * @param caller what names the option, for messages: `dense_1 (Dense): kernelInitializer`
 * @throws ValueError when nothing is known under the name
 */
export function resolve<T>(kind: Kind<T>, identifier: Identifier<T>, caller: string): T {
  if (kind.isInstance(identifier)) return identifier;
  const { className, config } = (
    typeof identifier === 'string' ? { className: identifier } : (identifier ?? {})
  ) as SerializedObject;
  if (typeof className === 'string') {
    const made = (registeredMaker(className) ?? kind.builtIn.get(foldName(className)))?.(config ?? {});
    if (kind.isInstance(made)) return made;
  }
  const given = typeof className === 'string' ? `'${className}'` : (JSON.stringify(identifier) ?? String(identifier));
  const hint = typeof className === 'string' ? didYouMean(className, kind.names) : '';
  throw new ValueError(
    `${caller} is ${given}, expected one of ${kind.names.join(', ')}, ${/^[aeiou]/.test(kind.name) ? 'an' : 'a'} ${kind.name}, or a class under registerClass${hint}`,
  );
}

/** An object as configs hold it. */
export const serialized = (object: Configurable | null): SerializedObject | null =>
  object && { className: object.className, config: object.getConfig() };
