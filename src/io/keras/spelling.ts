import { camelCase, underscored } from '../../base/names.js';
import { isObject, type JsonObject } from '../bytes/json.js';

/* Keras writes options in snake_case, nabla in camelCase. */

/** Keys in which a digit starts a new word. */
const SNAKE_EXCEPTIONS: Readonly<Record<string, string>> = {
  beta1: 'beta_1',
  beta2: 'beta_2',
  beta2Decay: 'beta_2_decay',
  epsilon1: 'epsilon_1',
  epsilon2: 'epsilon_2',
};

const snakeKey = (key: string): string => SNAKE_EXCEPTIONS[key] ?? underscored(key);

function mapKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename));
  if (!isObject(value)) return value;
  // Unlike assignment, fromEntries makes `__proto__` a plain property.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), mapKeys(item, rename)]));
}

/** Convert the keys of a Keras config to nabla's, at all levels. */
export const toCamel = (config: JsonObject): JsonObject => mapKeys(config, camelCase) as JsonObject;

/** Convert the keys of a nabla config to Keras's, at all levels. */
export const toSnake = (config: JsonObject): JsonObject => mapKeys(config, snakeKey) as JsonObject;
