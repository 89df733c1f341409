import type { OptionTable } from '../../base/options.js';
import type { Layer } from './layer.js';

export interface LayerClass {
  readonly className: string;
  readonly options?: OptionTable;
  new (...args: never[]): Layer;
}

/** A function that creates layers of a class, such as `layers.dense`. */
export type LayerFactory<Class extends LayerClass> = Construct<Class> & { readonly LayerClass: Class };

type Construct<Class extends LayerClass> = undefined extends ConstructorParameters<Class>[0]
  ? (options?: ConstructorParameters<Class>[0]) => InstanceType<Class>
  : (options: ConstructorParameters<Class>[0]) => InstanceType<Class>;

const builtIn = new WeakSet<object>();

/** Whether a layer is of a class of this library itself, not of one that extends it. */
export const isBuiltIn = (layer: Layer): boolean => builtIn.has(layer.constructor);

/** Return a function that creates layers of a class; `catalog.ts` reads the class from it. */
export function factory<Class extends LayerClass>(LayerClass: Class): LayerFactory<Class> {
  builtIn.add(LayerClass);
  const make = (...args: ConstructorParameters<Class>) => new LayerClass(...args);
  return Object.assign(make, { LayerClass }) as unknown as LayerFactory<Class>;
}
