import { accept, string } from '../../base/option.js';
import { itemsOf, numberArray, recordOf } from '../../base/structures.js';
import { isNdArray } from '../../tensor/host-array.js';
import type { Images } from './image-uri.js';

/* Checks of what several charts draw. */

/** A number, NaN included: a run may have lost its loss. */
export const anyNumber = () => accept<number>('a number', (value) => typeof value === 'number');

export const IMAGES = accept<Images>('an ndarray [count, height, width, 1 or 3]', isNdArray);
export const NAMES = itemsOf(string());
export const NUMBERS = numberArray();
/** `counts[true][predicted]` */
export const COUNTS = itemsOf(itemsOf(anyNumber()));
export const HISTORY = recordOf(itemsOf(anyNumber()));
