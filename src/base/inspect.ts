/** Node's `util.inspect`, and with it `console.log`, calls a method of this name to print an object. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** The arguments that Node passes. */
export type InspectArguments = readonly [
  depth: number,
  options: object,
  inspect: (value: object, options: object) => string,
];

/** Print a name and fields: `Adam { learningRate: 0.001 }`. Undefined fields are left out. */
export function inspected(name: string, fields: object, [, options, inspect]: InspectArguments): string {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return shown.length > 0 ? `${name} ${inspect(Object.fromEntries(shown), options)}` : name;
}
