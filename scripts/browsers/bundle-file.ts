import { readFileSync } from 'node:fs';
import { type Bundle, bundle } from '../bundle.js';

/** Bundle a script with the built package, in one file or with chunks. @param path relative to this folder */
export const bundleFile = (path: string, splitting = true): Promise<Bundle> => {
  const file = new URL(path, import.meta.url);
  return bundle(readFileSync(file, 'utf8'), splitting, new URL('./', file));
};
