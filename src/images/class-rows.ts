import { ValueError } from '../base/errors.js';

/** List the numbers of the rows of each class, ascending. @throws ValueError when a label is not a class */
export function rowsOfClasses(labels: ArrayLike<number>): number[][] {
  const classes: number[][] = [];
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (!(Number.isInteger(label) && label >= 0)) {
      throw new ValueError(`label ${row} is ${label}, expected a class number, 0 or more`);
    }
    (classes[label] ??= []).push(row);
  }
  return Array.from(classes, (members) => members ?? []);
}

/** Take the first rows of each class, ascending, in turns, so that the counts differ by at most one. */
export function balancedRows(classes: readonly (readonly number[])[], limit: number): number[] {
  const rows: number[] = [];
  for (let turn = 0; rows.length < limit; turn++) {
    const ofTurn = classes.flatMap((members) => members.slice(turn, turn + 1));
    rows.push(...ofTurn.slice(0, limit - rows.length));
  }
  return rows.sort((a, b) => a - b);
}

/** Hold out the last rows of a class. */
export function splitRows(members: readonly number[], fraction: number): { train: number[]; validation: number[] } {
  const kept = members.length - Math.round(members.length * fraction);
  return { train: members.slice(0, kept), validation: members.slice(kept) };
}
