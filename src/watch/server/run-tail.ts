import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type LiveFolder, liveFolderOf } from '../log/live-folder.js';

/** Bytes that are read at once. */
const CHUNK = 1 << 20;
/** Bytes of the first line that hold the id of its `begin`. */
const HEAD = 256;
const LINE_FEED = 10;

/** How far a reader has come in the events of a run. */
export interface Cursor {
  /** Id of the first event, by which a file is told from one that takes its place. */
  readonly id: string;
  readonly offset: number;
}

/** Whole lines behind a cursor. */
export interface Lines {
  readonly cursor: Cursor;
  /** Whether the reader should forget what it had read. */
  readonly isNew: boolean;
  readonly text: string;
}

/** The events of one run, to be followed by any number of readers. */
export class RunTail {
  /** Names the run in addresses, the same after a restart. */
  readonly key: string;
  readonly live: LiveFolder;

  constructor(readonly folder: string) {
    this.key = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12);
    this.live = liveFolderOf(folder);
  }

  /** Read what was added, up to about a mebibyte; null where there is nothing new. */
  async read(cursor: Cursor | null): Promise<Lines | null> {
    const file = await open(this.live.events, 'r').catch(() => null);
    if (!file) return null;
    try {
      const head = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      const id = /"id":"(\w+)"/.exec(head.buffer.toString('utf8', 0, head.bytesRead))?.[1];
      if (!id) return null;
      const { size } = await file.stat();
      const isNew = cursor === null || cursor.id !== id || cursor.offset > size;
      const offset = isNew ? 0 : cursor.offset;
      if (offset === size) return null;
      const text = await wholeLines(file, offset, size);
      if (text.length === 0) return null;
      return { cursor: { id, offset: offset + text.length }, isNew, text: text.toString('utf8') };
    } finally {
      await file.close();
    }
  }
}

/** The bytes up to the last line feed; more than a chunk only where one line is longer. */
async function wholeLines(file: Awaited<ReturnType<typeof open>>, offset: number, size: number): Promise<Buffer> {
  for (let length = CHUNK; ; length *= 2) {
    const wanted = Math.min(length, size - offset);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
    const end = buffer.lastIndexOf(LINE_FEED, bytesRead - 1) + 1;
    if (end > 0 || offset + length >= size) return buffer.subarray(0, end);
  }
}
