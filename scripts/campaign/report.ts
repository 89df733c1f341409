/** What became of the files of one kind. */
export interface Tally {
  tried: number;
  /** By an error of the library that names the file. */
  refused: number;
  /** Read, though changed: most bytes of a file are numbers of weights. */
  survived: number;
  /** What must not happen, with how it is repeated. */
  readonly faults: string[];
}

export const emptyTally = (): Tally => ({ tried: 0, refused: 0, survived: 0, faults: [] });

export function printTallies(tallies: ReadonlyMap<string, Tally>): number {
  const width = Math.max(...[...tallies.keys()].map((name) => name.length));
  console.log(
    `${'file'.padEnd(width)}  ${'tried'.padStart(8)}  ${'refused'.padStart(8)}  ${'survived'.padStart(8)}  faults`,
  );
  let faults = 0;
  for (const [name, { tried, refused, survived, faults: found }] of tallies) {
    const numbers = [tried, refused, survived].map((value) => String(value).padStart(8)).join('  ');
    console.log(`${name.padEnd(width)}  ${numbers}  ${found.length}`);
    for (const fault of found.slice(0, 10)) console.log(`  FAULT ${fault}`);
    faults += found.length;
  }
  return faults;
}
