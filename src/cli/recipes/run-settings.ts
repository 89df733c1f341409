import { FormatError } from '../../base/errors.js';
import { asObject, show } from '../../io/bytes/json.js';
import { count } from '../../io/runs/read-position.js';

/** Settings of a run, which `--resume` uses again. */
export interface RunSettings {
  /** The model's name in the zoo. */
  readonly experiment: string;
  readonly epochs: number;
  readonly batch: number;
  /** Number of training images, and of test images; default all. */
  readonly limit?: number;
  readonly testLimit?: number;
  /** Pixels along height and width; default the article's. */
  readonly size?: number;
  readonly seed: number;
  /** `sample` or `full` of Fashion-MNIST, or a folder; default: the sample, or the set's folder under NABLA_DATA. */
  readonly data?: string;
}

/** The settings of a run from JSON. @throws FormatError naming what is missing or wrong */
export function readSettings(json: unknown, caller: string): RunSettings {
  const given = asObject(json, caller);
  const text = (name: string): string => {
    if (typeof given[name] === 'string') return given[name];
    throw new FormatError(`${caller}: ${name} is ${show(given[name])}, expected a string`);
  };
  const number = (name: string) => count(given[name], `${caller}: ${name}`);
  const ifGiven = <T>(name: string, read: (name: string) => T) => (given[name] === undefined ? undefined : read(name));
  return {
    experiment: text('experiment'),
    epochs: number('epochs'),
    batch: number('batch'),
    limit: ifGiven('limit', number),
    testLimit: ifGiven('testLimit', number),
    size: ifGiven('size', number),
    seed: number('seed'),
    data: ifGiven('data', text),
  };
}
