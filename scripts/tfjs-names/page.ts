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

/** True for groups that programs use: neither kernels nor internals of tfjs's backends. */
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
    ...head('names of', 'tfjs', 'the same', 'different', 'missing', 'out of scope'),
    ...compared.filter(isPublic).map((each) => counts(`\`${each.group}\``, [each])),
    counts(`internals of tfjs: ${workings.map(({ group }) => `\`${group}\``).join(', ')}`, workings),
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

The sections below list names and behaviours that differ, and names that are missing. \`npm run tfjs-names\` generates this page from the exports of
both packages and the explanations in \`scripts/tfjs-names/reasons.json\`; a test checks that it is up to date.`;

export function makePage(exports: Exports, reasons: Reasons): string {
  const compared = compare(exports, reasons);
  const sections = [
    [INTRODUCTION],
    [
      '## Different',
      '',
      ...head('names', 'in nabla'),
      ...remarkRows(reasons.different),
      '',
      ...head('topic', 'tfjs', 'nabla', 'reason'),
      ...reasons.behaviour.map((cells) => row(...cells)),
    ],
    ['## Missing', '', ...head('names', 'explanation'), ...remarkRows(reasons.missing)],
    [
      '## Out of scope',
      '',
      'Families of functions that are out of scope for nabla.',
      '',
      ...head('names', 'contents'),
      ...remarkRows(reasons.outside),
    ],
    ['## Counts', '', `Names of tfjs ${exports.version}, by namespace and class:`, '', ...countTable(compared)],
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
