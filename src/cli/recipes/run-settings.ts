import { FormatError } from '../../base/errors.js';
import { asObject, show } from '../../io/bytes/json.js';
import { count } from '../../io/runs/read-position.js';

/** Settings of a run, which `--resume` reuses. */
export interface RunSettings {
  /** The model's name in the zoo. */
  readonly experiment: string;
  readonly epochs: number;
  readonly batch: number;
  /** Number of training images, and of test images; default all. */
  readonly limit?: number;
  readonly testLimit?: number;
  /** Height and width in pixels; default the article's. */
  readonly size?: number;
  readonly seed: number;
  /** `sample` or `full` for Fashion-MNIST, or a folder; default: the sample, or the data set's folder in NABLA_DATA. */
  readonly data?: string;
  /** Whether `data` is a folder of the user's images, not the article's data set. */
  readonly pictures?: boolean;
  /** Fraction of each class of the user's images to hold out if the folder has no validation part. */
  readonly validationSplit?: number;
  /** Whether an image that cannot be read ends the run. */
  readonly strict?: boolean;
  /** Random transformations of training images, by name. */
  readonly augment?: readonly string[];
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly schedule?: string;
  /** Epochs without improvement after which the run ends, with the best weights. */
  readonly patience?: number;
  /** Weights of classes in the loss. */
  readonly classWeight?: 'balanced';
  /** Number of frozen layers with weights, from the first; negative: the number left trainable. */
  readonly freeze?: number;
}

/** Settings that the command line passes on unchanged. */
export const SETTINGS = [
  'limit',
  'testLimit',
  'size',
  'data',
  'validationSplit',
  'strict',
  'augment',
  'optimizer',
  'learningRate',
  'schedule',
  'patience',
  'classWeight',
  'freeze',
] as const satisfies readonly (keyof RunSettings)[];

/** Read the settings of a run from JSON. @throws FormatError naming a missing or invalid setting */
export function readSettings(json: unknown, caller: string): RunSettings {
  const given = asObject(json, caller);
  const expected = <T>(name: string, what: string, test: (value: unknown) => boolean): T => {
    if (test(given[name])) return given[name] as T;
    throw new FormatError(`${caller}: ${name} is ${show(given[name])}, expected ${what}`);
  };
  const text = (name: string): string => expected(name, 'a string', (value) => typeof value === 'string');
  const flag = (name: string): boolean => expected(name, 'true or false', (value) => typeof value === 'boolean');
  const real = (name: string): number => expected(name, 'a number', Number.isFinite);
  const names = (name: string): string[] => expected(name, 'a list of names', Array.isArray);
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
    pictures: ifGiven('pictures', flag),
    validationSplit: ifGiven('validationSplit', real),
    strict: ifGiven('strict', flag),
    augment: ifGiven('augment', names),
    optimizer: ifGiven('optimizer', text),
    learningRate: ifGiven('learningRate', real),
    schedule: ifGiven('schedule', text),
    patience: ifGiven('patience', number),
    classWeight: ifGiven('classWeight', () => 'balanced' as const),
    freeze: ifGiven('freeze', real),
  };
}
