import { Cursor, type NamedBytes } from '../bytes/cursor.js';

/** One message of an object header. */
export interface HeaderMessage {
  readonly type: number;
  readonly body: Cursor;
}

/** Types of messages. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

const SHARED = 2;

/** More messages than any header in a model file has; limits forged continuations. */
const MAX_MESSAGES = 2 ** 16;

/** Read the messages of an object, including its continuations. @throws FormatError */
export function readObjectHeader(file: NamedBytes, address: number, path: string): HeaderMessage[] {
  const what = `object header of ${path}`;
  const head = new Cursor(file, address, file.bytes.length, what);
  const version = head.u8();
  if (version === 1) return collect(file, what, versionOne(head));
  if (version === 0x4f) return collect(file, what, versionTwo(new Cursor(file, address, file.bytes.length, what)));
  throw head.fail(`version ${version}, expected 1 or 2`, address);
}

/** Layout of the messages of a version. */
interface Layout {
  /** Read the messages that follow the prefix. */
  readonly first: Cursor;
  /** Bytes before each message. */
  readonly prefix: number;
  readMessage(block: Cursor): { type: number; size: number; flags: number };
  /** Read the messages of a continuation block. */
  continuation(cursor: Cursor, size: number): Cursor;
}

function versionOne(head: Cursor): Layout {
  head.skip(7);
  const size = head.u32();
  return {
    first: head.skip(4).part(size),
    prefix: 8,
    readMessage(block) {
      const [type, size, flags] = [block.u16(), block.u16(), block.u8()];
      block.skip(3);
      return { type, size, flags };
    },
    continuation: (cursor, size) => cursor.part(size),
  };
}

const TIMES = 0x20;
const ATTRIBUTE_LIMITS = 0x10;
const CREATION_ORDER = 0x04;
const CHECKSUM_BYTES = 4;

function versionTwo(head: Cursor): Layout {
  const version = head.expect('OHDR').u8();
  if (version !== 2) throw head.fail(`version ${version}, expected 2`);
  const flags = head.u8();
  head.skip((flags & TIMES ? 16 : 0) + (flags & ATTRIBUTE_LIMITS ? 4 : 0));
  const size = head.uint(2 ** (flags & 3));
  const order = flags & CREATION_ORDER ? 2 : 0;
  return {
    first: head.part(size),
    prefix: 4 + order,
    readMessage(block) {
      const message = { type: block.u8(), size: block.u16(), flags: block.u8() };
      block.skip(order);
      return message;
    },
    continuation: (cursor, size) => cursor.expect('OCHK').part(size - 4 - CHECKSUM_BYTES),
  };
}

function collect(file: NamedBytes, what: string, layout: Layout): HeaderMessage[] {
  const messages: HeaderMessage[] = [];
  const blocks = [layout.first];
  const starts = new Set<number>();
  for (const block of blocks) {
    while (block.left >= layout.prefix) {
      const { type, size, flags } = layout.readMessage(block);
      const body = block.part(size, `${what}: message 0x${type.toString(16)}`);
      if (flags & SHARED) throw body.fail('a shared message, which model files do not have');
      if (type !== MESSAGE.continuation) messages.push({ type, body });
      else {
        const start = body.u64();
        if (starts.has(start)) throw body.fail('the continuation blocks of the header form a cycle');
        starts.add(start);
        blocks.push(layout.continuation(new Cursor(file, start, file.bytes.length, what), body.u64()));
      }
      if (messages.length > MAX_MESSAGES) throw block.fail(`more than ${MAX_MESSAGES} messages`);
    }
  }
  return messages;
}
