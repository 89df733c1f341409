import { assertFunction, assertName } from './arguments.js';
import { otherCopyOf } from './copy.js';
import { ValueError } from './errors.js';
import { Registry } from './registry.js';

/** A part of a model in its form in files: Keras's class name and the options to recreate it. */
export interface SerializedObject {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** An object that can be recreated from its config: an initializer, regularizer, constraint or layer. */
export interface Configurable {
  readonly className: string;
  getConfig(): Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: each class has its own options
type Options = any;

export type Maker<T = unknown> = (config: Options) => T;

/** A class in files; `fromConfig` is needed only if the constructor does not accept the config. */
export interface SerializableClass {
  readonly className: string;
  new (config: Options): unknown;
  fromConfig?(cls: SerializableClass, config: Options): unknown;
}

type NamedFunction = (...args: Options[]) => unknown;

const makers = /* @__PURE__ */ new Registry<Maker>();
const functions = /* @__PURE__ */ new Registry<NamedFunction>();

/**
 * The name of a class for files and messages: its own static `className`, else the name it was declared with. A
 * subclass does not inherit its parent's name, which would recreate the parent.
 */
export function classNameOf(Class: { readonly name: string; readonly className?: unknown }): string {
  const { className } = Class;
  return typeof className === 'string' && (Object.hasOwn(Class, 'className') || !Class.name) ? className : Class.name;
}

/**
 * Register a custom class for loaders: a layer, initializer, regularizer or constraint. Its name in files is its static
 * `className`, else the name it was declared with.
 * @param name default that name
 * @throws ValueError when there is no name
 * @example registerClass(SquaredSum)
 */
export function registerClass(cls: SerializableClass, _package?: string, given?: string): void {
  assertFunction('registerClass', 'cls', cls);
  const name = given ?? classNameOf(cls);
  if (typeof name !== 'string' || name === '') {
    throw new ValueError(`registerClass: the class has no name, expected a static className`);
  }
  registerMaker(name, (config) => (cls.fromConfig ? cls.fromConfig(cls, config) : new cls(config)));
}

/** Register a class name for loaders, with a function that creates an object from its config. */
export function registerMaker(className: string, fromConfig: Maker): void {
  assertName('registerLayer', className);
  assertFunction('registerLayer', 'fromConfig', fromConfig);
  makers.set(className, fromConfig);
}

/** Register a custom function by name: an activation, a loss or a metric. @example registerFunction('mish', mish) */
export function registerFunction(name: string, f: NamedFunction): void {
  assertName('registerFunction', name);
  assertFunction('registerFunction', 'f', f);
  functions.set(name, f);
}

/** Find the entry with exactly this name; in another spelling only if the built-in registry does not have it. */
const registered = <T>(registry: Registry<T>, name: string, builtIn?: Registry<unknown>): T | undefined =>
  registry.get(name) ?? (builtIn && !builtIn.has(name) ? registry.find(name) : undefined);

/** Find the maker of a class name. @param builtIn other spellings are tried only if this registry lacks the name */
export const registeredMaker = (className: string, builtIn?: Registry<unknown>): Maker | undefined =>
  registered(makers, className, builtIn);

/** Find the function of a name. @param builtIn other spellings are tried only if this registry lacks the name */
export const registeredFunction = (name: string, builtIn?: Registry<unknown>): NamedFunction | undefined =>
  registered(functions, name, builtIn);

/** Return the name under which a function was registered. */
export const registeredNameOf = (f: unknown): string | null => functions.nameOfValue(f);

/** A name, an instance, or its description in a file. */
export type Identifier<T> = string | T | SerializedObject;

const isConfigurable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'apply' in value && 'getConfig' in value;

/** @param isForeign whether another copy of the package made the object: this one makes its own from the config */
function descriptionOf(identifier: unknown, isForeign: boolean): Partial<SerializedObject> {
  if (typeof identifier === 'string') return { className: identifier };
  return isForeign ? (serialized(identifier as Configurable) ?? {}) : ((identifier ?? {}) as SerializedObject);
}

/**
 * Find or make an object from the value of an option. Custom classes come before built-in ones.
 * @param registry makers of the built-in objects
 * @param kind for the message: `an initializer`
 * @param caller names the option: `dense_1 (Dense): kernelInitializer`
 * @throws ValueError when the name is unknown
 */
export function resolve<T extends Configurable>(
  registry: Registry<Maker<T>>,
  kind: string,
  identifier: Identifier<T>,
  caller: string,
): T {
  const isForeign = otherCopyOf(identifier) !== null;
  if (isConfigurable(identifier) && !isForeign) return identifier as T;
  const { className, config } = descriptionOf(identifier, isForeign);
  if (typeof className === 'string') {
    const made = (registeredMaker(className, registry) ?? registry.find(className))?.(config ?? {});
    if (isConfigurable(made)) return made as T;
  }
  throw new ValueError(registry.unknown(caller, className ?? identifier, `, ${kind}, or a class under registerClass`));
}

/** Convert an object to its form in configs. */
export const serialized = (object: Configurable | null): SerializedObject | null =>
  object && { className: object.className, config: object.getConfig() };
