import { isObject, type JsonObject } from '../json.js';

/* Keras writes options in snake_case, nabla in camelCase. */

const camelKey = (key: string): string => key.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());

/** Where a digit begins a word of its own. */
const SNAKE_EXCEPTIONS: Readonly<Record<string, string>> = { beta1: 'beta_1', beta2: 'beta_2' };

const snakeKey = (key: string): string =>
  SNAKE_EXCEPTIONS[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  if (!isObject(value)) return value;
  // fromEntries, unlike assignment, makes a plain property of `__proto__` too.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)]));
}

/** A config of Keras with nabla's keys, throughout. */
export const toCamel = (config: JsonObject): JsonObject => mapKeys(config, camelKey) as JsonObject;

/** A config of nabla with Keras's keys, throughout. */
export const toSnake = (config: JsonObject): JsonObject => mapKeys(config, snakeKey) as JsonObject;
