import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { served } from './served.js';

/** What the page shows of a file: how many rows, which columns, and one row. */
async function countRows(url: string): Promise<number> {
  const data = tf.data.csv(url);
  let rows = 0;
  await data.forEachAsync(() => {
    rows += 1;
  });
  return rows;
}

const columnsOf = async (url: string): Promise<string[]> => tf.data.csv(url).columnNames();

const sample = async (url: string, index: number): Promise<unknown[]> => tf.data.csv(url).skip(index).take(1).toArray();

const CLIMATE = [
  'Date Time,"p (mbar)","T (degC)"',
  '01.01.2009 00:10:00,996.52,-8.02',
  '01.01.2009 00:20:00,996.57,-8.41',
  '01.01.2009 00:30:00,996.53,',
].join('\n');
const DRESSES = 'ID,Style,Price,Rating\n1006032852,"Sexy, long",Low,4.6\n1212192089,"Say ""casual""",Low,0\n';

test('data-csv: rows are counted, columns named, and a row is fetched', async () => {
  await served({ 'climate.csv': CLIMATE, 'dresses.csv': DRESSES }, async (address) => {
    const climate = `${address}/climate.csv`;
    expect(await countRows(climate)).toBe(3);
    expect(await columnsOf(climate)).toEqual(['Date Time', 'p (mbar)', 'T (degC)']);
    expect(await sample(climate, 1)).toEqual([
      { 'Date Time': '01.01.2009 00:20:00', 'p (mbar)': 996.57, 'T (degC)': -8.41 },
    ]);
    expect(await sample(climate, 2)).toEqual([
      { 'Date Time': '01.01.2009 00:30:00', 'p (mbar)': 996.53, 'T (degC)': undefined },
    ]);
    expect(await sample(climate, 3)).toEqual([]);
    const dresses = `${address}/dresses.csv`;
    expect(await columnsOf(dresses)).toEqual(['ID', 'Style', 'Price', 'Rating']);
    expect(await tf.data.csv(dresses).toArray()).toEqual([
      { ID: 1006032852, Style: 'Sexy, long', Price: 'Low', Rating: 4.6 },
      { ID: 1212192089, Style: 'Say "casual"', Price: 'Low', Rating: 0 },
    ]);
  });
});

test('data-csv: an address without a file is an error that names it', async () => {
  await served({}, async (address) => {
    for (const ask of [countRows, columnsOf, (url: string) => sample(url, 0)]) {
      await expect(ask(`${address}/nothing.csv`)).rejects.toThrow(`${address}/nothing.csv`);
    }
  });
});
