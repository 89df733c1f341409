import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../datasets/locations.js';

/** The package's version, from its package.json. */
export function version(): string {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version;
}
