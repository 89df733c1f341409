import { encode } from 'fast-png';
import type { Site } from './site.js';

/** What `pages/pixels.ts` reads: 3×2 opaque pixels. */
const RGBA = [
  ...[255, 0, 0, 255, 0, 255, 0, 255, 1, 2, 3, 255],
  ...[100, 150, 200, 255, 17, 99, 201, 255, 0, 0, 0, 255],
];

const body = encode({ width: 3, height: 2, channels: 4, data: Uint8Array.from(RGBA) });

export const PICTURES: Site['files'] = {
  '/picture.png': body,
  '/allowed.png': { body, headers: { 'Access-Control-Allow-Origin': '*' } },
};
