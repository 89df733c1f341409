import { uniform } from '../../src/base/philox.js';

/** Numbers in [0, 1) that a seed and a number decide. */
export type Random = () => number;

export function randomFrom(seed: number, stream: number): Random {
  let position = stream * 64;
  return () => uniform(seed, position++);
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const place = (bytes: Uint8Array, random: Random): number => Math.floor(random() * bytes.length);

/** Where structures are: most of a file's bytes are numbers of weights, in which a change means nothing. */
const nearStart = (bytes: Uint8Array, random: Random): number => Math.floor(random() * Math.min(bytes.length, 20_000));

const change = (change: (bytes: Uint8Array, random: Random) => void): Mutation => {
  return (bytes, random) => {
    const copy = bytes.slice();
    change(copy, random);
    return copy;
  };
};

const INTERESTING = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

/** Ways in which a file is damaged or forged. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'bit flipped': change((bytes, random) => {
    bytes[nearStart(bytes, random)] ^= 1 << Math.floor(random() * 8);
  }),
  'bytes changed': change((bytes, random) => {
    for (let i = 0; i < 3; i++) bytes[nearStart(bytes, random)] = Math.floor(random() * 256);
  }),
  'number replaced': change((bytes, random) => {
    const at = Math.min(nearStart(bytes, random), Math.max(0, bytes.length - 4));
    if (bytes.length < 4) return;
    const value = INTERESTING[Math.floor(random() * INTERESTING.length)];
    new DataView(bytes.buffer).setUint32(at, value, true);
  }),
  'cut short': (bytes, random) => bytes.slice(0, place(bytes, random)),
  'block repeated': (bytes, random) => {
    const [from, to] = [place(bytes, random), place(bytes, random)].sort((a, b) => a - b);
    const block = bytes.slice(from, Math.min(to, from + 4096));
    const joined = new Uint8Array(bytes.length + block.length);
    joined.set(bytes.subarray(0, from));
    joined.set(block, from);
    joined.set(bytes.subarray(from), from + block.length);
    return joined;
  },
  'block moved': change((bytes, random) => {
    const size = Math.min(64, bytes.length >> 2);
    const [from, to] = [place(bytes, random), place(bytes, random)].map((at) => Math.min(at, bytes.length - size));
    bytes.copyWithin(to, from, from + size);
  }),
  'block zeroed': change((bytes, random) => {
    const at = nearStart(bytes, random);
    bytes.fill(0, at, at + 16);
  }),
};
