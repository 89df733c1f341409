import { ValueError } from '../../base/errors.js';
import { type FileSource, type OpenedSource, openSource, type ReadSourceOptions } from '../storage/source.js';
import { isHandler, openArtifacts } from './artifacts.js';
import { isHttpHandler } from './http.js';
import { getLoadHandlers } from './routes.js';

/**
 * Open a file or the artifacts of a handler.
 * @throws FormatError when loading fails @throws ValueError for a value that is not a source
 */
export async function openAny(caller: string, source: FileSource, options: ReadSourceOptions): Promise<OpenedSource> {
  if (isHttpHandler(source)) return openSource(caller, source.url, { ...options, ...given(source.options) });
  const handler = isHandler(source) ? source : typeof source === 'string' ? getLoadHandlers(source)[0] : undefined;
  if (!handler) return openSource(caller, source, options);
  const name = typeof source === 'string' ? source : 'handler';
  if (!handler.load) throw new ValueError(`${caller}: ${name} has no load, expected a handler that loads models`);
  return openArtifacts(name, await handler.load());
}

const given = (options: ReadSourceOptions): Partial<ReadSourceOptions> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
