import { expect, test } from 'vitest';
import * as models from '../../src/io/models-with-files.js';
import * as zoo from '../../src/models/zoo/index.js';

test('every model of the zoo is exported by the file that lets models save themselves', () => {
  expect(Object.keys(models)).toEqual(expect.arrayContaining(Object.keys(zoo)));
});
