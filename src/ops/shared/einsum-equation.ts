import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';

/** An einsum's equation: a string of labels for each operand, one letter an axis, and those of the result. */
export interface Equation {
  readonly operands: readonly string[];
  readonly output: string;
}

/** Labels for the axes that `...` stands for; letters of users are a–z and A–Z. */
const HIDDEN = Array.from({ length: 16 }, (_, i) => String.fromCharCode(0x3b1 + i));

/**
 * Read `'ij,jk->ik'`. `...` stands for all axes that have no letter; without `->` the result has the letters that occur
 * once, in alphabetical order, behind those of `...`.
 * @param ranks of the operands
 * @throws ValueError naming what is wrong
 */
export function parseEquation(equation: unknown, ranks: readonly number[]): Equation {
  if (typeof equation !== 'string') throw new ValueError(`einsum: equation is ${show(equation)}, expected a string`);
  const refuse = (why: string) => new ValueError(`einsum: equation '${equation}' ${why}`);
  const parts = equation.replaceAll(' ', '').split('->');
  if (parts.length > 2) throw refuse("has '->' more than once");
  const terms = parts[0].split(',');
  if (terms.length !== ranks.length) throw refuse(`has ${terms.length} operands, given ${ranks.length} tensors`);
  for (const term of [...terms, parts[1] ?? '']) {
    if (!/^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/.test(term)) throw refuse(`has '${term}', expected letters, and '...' once`);
  }
  const unnamed = terms.map((term, index) => ranks[index] - lettersOf(term).length);
  const operands = terms.map((term, index) => {
    const fits = term.includes('...') ? unnamed[index] >= 0 : unnamed[index] === 0;
    if (!fits) throw refuse(`gives '${term}' to a tensor of rank ${ranks[index]}`);
    return expanded(term, unnamed[index]);
  });
  const shared = Math.max(0, ...unnamed.filter((_, index) => terms[index].includes('...')));
  const output = parts.length === 2 ? expanded(parts[1], shared) : implied(operands, shared);
  for (const label of output) {
    if (!operands.some((labels) => labels.includes(label))) throw refuse(`has '${label}' only in the result`);
    if (output.indexOf(label) !== output.lastIndexOf(label)) throw refuse(`has '${label}' twice in the result`);
  }
  return { operands, output };
}

const lettersOf = (term: string): string => term.replace('...', '');

/** `...` as labels, counted from its end, since axes are aligned at the right. */
const expanded = (term: string, count: number): string => term.replace('...', hidden(count));

const hidden = (count: number): string => HIDDEN.slice(HIDDEN.length - count).join('');

function implied(operands: readonly string[], shared: number): string {
  const all = operands.join('');
  const once = [...all].filter((label) => !HIDDEN.includes(label) && all.split(label).length === 2);
  return hidden(shared) + once.sort().join('');
}
