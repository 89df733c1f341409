import { readFileSync } from 'node:fs';

/** The names that belong together: a namespace, the members of a class, the names of types. */
export type Group = readonly string[];

/** tfjs's names by group; `tf` is the package itself. */
export interface Exports {
  readonly version: string;
  readonly groups: Readonly<Record<string, Group>>;
}

/** Classes whose members programs call. */
export const CLASSES = [
  'Tensor',
  'Variable',
  'TensorBuffer',
  'SymbolicTensor',
  'layers.Layer',
  'LayersModel',
  'Sequential',
  'GraphModel',
  'Optimizer',
  'data.Dataset',
] as const;

/** tfjs's names as `npm run tfjs-names -- --read` last found them. */
export const EXPORTS_FILE = new URL('./exports.json', import.meta.url);

export const savedExports = (): Exports => JSON.parse(readFileSync(EXPORTS_FILE, 'utf8'));
