import { ValueError } from './errors.js';
import { show } from './show.js';

/* Checks of arguments that must be lists or functions, so that messages name the argument for JavaScript callers. */

/** @throws ValueError for anything but an array; its items are checked where they are used */
export function assertList(caller: string, argument: string, value: unknown, expected = 'a list of integers'): void {
  if (!Array.isArray(value)) throw new ValueError(`${caller}: ${argument} is ${show(value)}, expected ${expected}`);
}

/** @throws ValueError for anything but a function */
export function assertFunction(caller: string, argument: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new ValueError(`${caller}: ${argument} is ${show(value)}, expected a function`);
}

/** @throws ValueError for anything but a string of at least one letter */
export function assertName(caller: string, name: unknown): void {
  if (typeof name !== 'string' || name === '')
    throw new ValueError(`${caller}: name is ${show(name)}, expected a name`);
}

/** @throws ValueError for anything but a string of at least one letter */
export function assertText(caller: string, argument: string, value: unknown, expected = 'a path'): void {
  if (typeof value !== 'string' || value === '')
    throw new ValueError(`${caller}: ${argument} is ${show(value)}, expected ${expected}`);
}

/** @throws ValueError for anything but a number; NaN and Infinity are numbers */
export function assertNumber(caller: string, argument: string, value: unknown): void {
  if (typeof value !== 'number') throw new ValueError(`${caller}: ${argument} is ${show(value)}, expected a number`);
}
