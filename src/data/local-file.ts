import { ValueError } from '../base/errors.js';
import { nodeModule } from '../base/node-module.js';
import { plainPath } from '../base/plain-path.js';

/**
 * Read a file in pieces.
 * @param address `file:///folder/name`, or tfjs's `file://name`, relative to the working directory
 * @throws ValueError on platforms without files, such as browsers
 */
export function readLocalFile(address: string): AsyncIterable<Uint8Array> {
  const files = nodeModule('node:fs');
  if (!files)
    throw new ValueError(`${address}: this platform has no file system, expected a URL, a Blob or a function`);
  return files.createReadStream(plainPath(address));
}
