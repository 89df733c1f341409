import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compare, prune } from '../../scripts/tfjs-names/compare.js';
import { savedExports } from '../../scripts/tfjs-names/exports.js';
import { makePage, PAGE, readReasons } from '../../scripts/tfjs-names/page.js';
import { isInstalled, readExports } from '../../scripts/tfjs-names/read-exports.js';

describe('docs/from-tfjs.md', () => {
  test('is what npm run tfjs-names writes', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(makePage(savedExports(), readReasons()));
  });

  test.skipIf(!isInstalled())('counts the names of the tfjs in bench/peers (needs npm install there)', () => {
    expect(savedExports()).toEqual(readExports());
  });

  test('gives a reason for every name that is missing, and for no other', () => {
    expect(prune(savedExports(), readReasons())).toEqual(readReasons());
    const exports = { version: '1.0.0', groups: { tf: ['add', 'levitate'], image: ['float'] } };
    const none = { outside: [], missing: [], different: [], behaviour: [] };
    expect(() => compare(exports, none)).toThrow('missing without a reason: levitate, image.float');
    const reasons = { ...none, missing: [{ text: 'too light', names: ['add', 'levitate', 'image.*'] }] };
    expect(prune(exports, reasons).missing).toEqual([{ text: 'too light', names: ['levitate', 'image.*'] }]);
    const invented = { ...reasons, different: [{ text: 'never', names: ['fly'] }] };
    expect(() => prune(exports, invented)).toThrow('reasons for what tfjs does not have: fly');
  });
});
