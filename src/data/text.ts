import { FormatError } from '../base/errors.js';
import { Dataset } from './dataset.js';
import { readLocalFile } from './local-file.js';

/**
 * A source of text: a URL to fetch, `file://…` in Node, a `Blob` or `File`, or a function that opens a stream, such as
 * `() => createReadStream(path)`.
 */
export type TextSource = string | URL | Blob | (() => AsyncIterable<string | Uint8Array>);

async function* chunksOf(source: TextSource): AsyncGenerator<string | Uint8Array> {
  if (typeof source === 'function') {
    yield* source();
  } else if (source instanceof Blob) {
    yield* readStream(source.stream());
  } else if (String(source).startsWith('file://')) {
    yield* readLocalFile(String(source));
  } else {
    const response = await fetch(source);
    if (!response.ok || !response.body) throw new FormatError(`${source}: the server answered ${response.status}`);
    yield* readStream(response.body);
  }
}

/** Not all browsers can iterate over a stream. */
async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Read text in pieces as they arrive, without a byte order mark. */
export async function* textOf(source: TextSource): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let atStart = true;
  for await (const chunk of chunksOf(source)) {
    // The decoder removes the byte order mark from bytes; streams of strings still have it.
    if (typeof chunk === 'string') yield atStart ? chunk.replace(/^\uFEFF/, '') : chunk;
    else yield decoder.decode(chunk, { stream: true });
    atStart &&= chunk.length === 0;
  }
  const rest = decoder.decode();
  if (rest) yield rest;
}

/** Split text into lines, without line ends (LF or CR LF); an empty last line is not counted. */
async function* linesOf(source: TextSource): AsyncGenerator<string> {
  let pending = '';
  for await (const text of textOf(source)) {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (pending) yield pending;
}

/** The lines of a text. @example new TextLineDataset('https://example.org/names.txt') */
export class TextLineDataset extends Dataset<string> {
  constructor(source: TextSource) {
    super(() => linesOf(source));
  }
}
