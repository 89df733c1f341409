import { FormatError, ValueError } from '../base/errors.js';
import {
  accept,
  boolean,
  type Given,
  listOf,
  type Options,
  oneOf,
  option,
  readOptions,
  string,
} from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import { Dataset } from './dataset.js';
import { type TextSource, textOf } from './text.js';

export type CsvValue = number | string | boolean | undefined;

const COLUMN_OPTIONS = {
  /** Whether the column belongs to `ys`; default false. */
  isLabel: boolean().default(false),
  /** Whether an empty field is an error; default false. */
  required: boolean().default(false),
  /** Value of an empty field; default undefined. */
  default: accept<number | string | boolean>('a number, a string or a boolean', isCsvValue).optional(),
  /** Type of the fields; default: numbers where they parse as such, else strings. */
  dtype: oneOf(['float32', 'int32', 'bool', 'string']).optional(),
};

function isCsvValue(value: unknown): boolean {
  return ['number', 'string', 'boolean'].includes(typeof value);
}

export type ColumnConfig = Given<typeof COLUMN_OPTIONS>;
type ColumnSettings = Options<typeof COLUMN_OPTIONS>;

const CSV_OPTIONS = {
  /** Whether the first line names the columns; default true. */
  hasHeader: boolean().default(true),
  /** Names of the columns; default those of the header. */
  columnNames: listOf(string()).optional(),
  /** Options of columns, by name. */
  columnConfigs: option<Readonly<Record<string, ColumnSettings>>, Readonly<Record<string, ColumnConfig>>>({
    expected: 'an object of columns, each with its options',
    read: (given, place) => {
      if (!isPlainObject(given)) return undefined;
      const columns = Object.entries(given as Readonly<Record<string, ColumnConfig>>);
      return Object.fromEntries(
        columns.map(([name, config]) => [name, readOptions(`${place}.${name}`, COLUMN_OPTIONS, config)]),
      );
    },
  }).default({}),
  /** Whether columns without a config are left out; default false. */
  configuredColumnsOnly: boolean().default(false),
  /** One character; default a comma. */
  delimiter: accept<string>('one character', (value) => typeof value === 'string' && value.length === 1).default(','),
};

export type CSVConfig = Given<typeof CSV_OPTIONS>;
export type CsvRow = Record<string, CsvValue>;

/**
 * Split text into records of fields (RFC 4180): a field in double quotes may contain delimiters, line feeds and doubled
 * quotes.
 * @throws FormatError if a quote is not closed
 */
export async function* csvRecords(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<string[]> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let afterQuote = false;
  for await (const piece of text) {
    for (const character of piece) {
      if (quoted && character !== '"') field += character;
      else if (quoted) {
        quoted = false;
        afterQuote = true;
      } else if (character === '"' && (field === '' || afterQuote)) {
        if (afterQuote) field += character;
        quoted = true;
        afterQuote = false;
      } else if (character === delimiter || character === '\n') {
        fields.push(character === '\n' && field.endsWith('\r') ? field.slice(0, -1) : field);
        field = '';
        afterQuote = false;
        if (character !== '\n') continue;
        if (fields.length > 1 || fields[0] !== '') yield fields;
        fields = [];
      } else field += character;
    }
  }
  if (quoted) throw new FormatError('csv: a quoted field is not closed before the text ends');
  if (field !== '' || fields.length > 0) yield [...fields, field];
}

/**
 * Read records of comma-separated values as objects by column name; with label columns, as `{ xs, ys }` of such
 * objects.
 * @throws FormatError when a record has another number of fields, two columns have one name, or a field does not have
 * its dtype
 * @throws ValueError when an option is unknown or wrong, a config names no column, or a required field is empty
 * @example await new data.CSVDataset(new Blob(['a,b\n1,2'])).toArray()
 */
export class CSVDataset extends Dataset<CsvRow | { xs: CsvRow; ys: CsvRow }> {
  private readonly config: Options<typeof CSV_OPTIONS>;

  constructor(
    private readonly source: TextSource,
    config: CSVConfig = {},
  ) {
    super(() => this.rows());
    this.config = readOptions('csv', CSV_OPTIONS, config);
    if (!this.config.hasHeader && !this.config.columnNames) {
      throw new ValueError('csv: columnNames are missing, expected where hasHeader is false');
    }
  }

  /** Names of the columns in elements. */
  async columnNames(): Promise<string[]> {
    for await (const fields of csvRecords(textOf(this.source), this.config.delimiter)) {
      return this.namesFrom(fields).filter((name) => this.isWanted(name));
    }
    throw new FormatError('csv: the text is empty');
  }

  private isWanted(name: string): boolean {
    return !this.config.configuredColumnsOnly || Object.hasOwn(this.config.columnConfigs, name);
  }

  private namesFrom(firstRecord: readonly string[]): readonly string[] {
    const names = this.config.columnNames ?? firstRecord;
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new FormatError(`csv: two columns are called '${twice}'`);
    for (const name of Object.keys(this.config.columnConfigs)) {
      if (!names.includes(name))
        throw new ValueError(`csv: columnConfigs has ${name}, expected one of ${names.join(', ')}`);
    }
    return names;
  }

  private async *rows(): AsyncGenerator<CsvRow | { xs: CsvRow; ys: CsvRow }> {
    const { hasHeader, columnConfigs, delimiter } = this.config;
    const hasLabels = Object.values(columnConfigs).some(({ isLabel }) => isLabel);
    let names: readonly string[] | null = null;
    let number = 0;
    for await (const fields of csvRecords(textOf(this.source), delimiter)) {
      number++;
      if (!names) {
        names = this.namesFrom(fields);
        if (hasHeader) continue;
      }
      if (fields.length !== names.length) {
        throw new FormatError(`csv: record ${number} has ${fields.length} fields, expected ${names.length}`);
      }
      const xs: CsvRow = {};
      const ys: CsvRow = {};
      for (const [index, name] of names.entries()) {
        if (!this.isWanted(name)) continue;
        const column = Object.hasOwn(columnConfigs, name) ? columnConfigs[name] : PLAIN_COLUMN;
        (column.isLabel ? ys : xs)[name] = parse(fields[index], column, `record ${number}, column ${name}`);
      }
      yield hasLabels ? { xs, ys } : xs;
    }
  }
}

/** The type of a column without a config. */
const PLAIN_COLUMN = /* @__PURE__ */ readOptions('csv', COLUMN_OPTIONS, {});

const BOOLEANS: Readonly<Record<string, boolean | undefined>> = { true: true, 1: true, false: false, 0: false };

function parse(field: string, { dtype, required, default: fallback }: ColumnSettings, place: string): CsvValue {
  const text = field.trim();
  if (text === '') {
    if (required && fallback === undefined) throw new ValueError(`csv: ${place} is empty, but required`);
    return fallback;
  }
  if (dtype === 'string') return field;
  if (dtype === 'bool') {
    const value = BOOLEANS[text.toLowerCase()];
    if (value === undefined) throw new FormatError(`csv: ${place} is '${text}', expected true, false, 1 or 0`);
    return value;
  }
  const number = Number(text);
  if (!Number.isNaN(number)) return dtype === 'int32' ? Math.trunc(number) : number;
  if (dtype === undefined) return field;
  throw new FormatError(`csv: ${place} is '${text}', expected a number`);
}

/** See `CSVDataset`. @example csv('https://example.org/houses.csv', { columnConfigs: { price: { isLabel: true } } }) */
export const csv = (source: TextSource, config?: CSVConfig): CSVDataset => new CSVDataset(source, config);
