import { readFileSync } from 'node:fs';
import { type Compared, compare, fullName, type Reasons, type Remark } from './compare.js';
import type { Exports } from './exports.js';

/* docs/from-tfjs.md: everything but the reasons is counted. */

export const PAGE = new URL('../../docs/from-tfjs.md', import.meta.url);

export const REASONS = new URL('./reasons.json', import.meta.url);

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const head = (...cells: readonly string[]): string[] => [row(...cells), `|${'---|'.repeat(cells.length)}`];
const total = (compared: readonly Compared[], kind: keyof Omit<Compared, 'group'>): number =>
  compared.reduce((sum, each) => sum + each[kind].length, 0);

/** The groups that programs use: no kernels and no workings of tfjs's backends. */
const isPublic = ({ group }: Compared): boolean =>
  group === 'tf' || !/^kernels$|_util$|^shared$|_impls$|^webgl$/.test(group);

function countTable(compared: readonly Compared[]): string[] {
  const counts = (name: string, each: readonly Compared[]) =>
    row(
      name,
      each.reduce((sum, { group: _, ...kinds }) => sum + Object.values(kinds).flat().length, 0),
      ...(['same', 'different', 'missing', 'outside'] as const).map((kind) => total(each, kind)),
    );
  const workings = compared.filter((each) => !isPublic(each));
  return [
    ...head('names of', 'tfjs', 'the same', 'different', 'missing', 'outside'),
    ...compared.filter(isPublic).map((each) => counts(`\`${each.group}\``, [each])),
    counts(`workings of tfjs: ${workings.map(({ group }) => `\`${group}\``).join(', ')}`, workings),
    counts('**all**', compared),
  ];
}

const remarkRows = (remarks: readonly Remark[]): string[] =>
  remarks.map(({ text, names }) => row(names.map((name) => `\`${name}\``).join(', '), text));

const INTRODUCTION = `# Moving from tfjs

Change the import:

\`\`\`diff
- import * as tf from '@tensorflow/tfjs';
+ import * as tf from 'nabla';
\`\`\`

\`npm run tfjs-names\` writes this page: names and counts come from both packages, sentences from \`scripts/tfjs-names/reasons.json\`.
A test holds the page against them.`;

export function makePage(exports: Exports, reasons: Reasons): string {
  const compared = compare(exports, reasons);
  const sections = [
    [INTRODUCTION],
    ['## Counts', '', `Of tfjs ${exports.version}, by namespace and by class:`, '', ...countTable(compared)],
    [
      '## Different',
      '',
      ...head('names', 'how'),
      ...remarkRows(reasons.different),
      '',
      ...head('what', 'tfjs', 'nabla', 'why'),
      ...reasons.behaviour.map((cells) => row(...cells)),
    ],
    ['## Missing', '', ...head('names', 'why'), ...remarkRows(reasons.missing)],
    [
      '## Outside',
      '',
      'Families that nabla leaves to others.',
      '',
      ...head('names', 'why'),
      ...remarkRows(reasons.outside),
    ],
    ['## The same', '', ...compared.filter(isPublic).flatMap(sameNames)],
  ];
  return `${sections.map((lines) => lines.join('\n').trim()).join('\n\n')}\n`;
}

function sameNames({ group, same }: Compared): string[] {
  if (same.length === 0) return [];
  return [
    `**${group}**: ${same.map((name) => `\`${fullName(group, name).slice(group === 'tf' ? 0 : group.length + 1)}\``).join(', ')}`,
    '',
  ];
}

export const readReasons = (): Reasons => JSON.parse(readFileSync(REASONS, 'utf8'));
