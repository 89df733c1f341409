/** npx tsx bench/distributed/write-page.ts: writes the figures of docs/distributed.md and its picture. */
import { writeFileSync } from 'node:fs';
import { readFigures } from './figures.js';
import { PAGE, PICTURE, pageWith, pictureOf, sectionOf } from './page.js';

const figures = readFigures();
writeFileSync(PAGE, pageWith(sectionOf(figures)));
writeFileSync(PICTURE, `${pictureOf(figures)}\n`);
