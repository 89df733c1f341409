import { FormatError, ValueError } from '../base/errors.js';
import { Dataset } from './dataset.js';
import { type TextSource, textOf } from './text.js';

export interface ColumnConfig {
  /** Whether the column belongs to `ys`; default false. */
  readonly isLabel?: boolean;
  /** Whether an empty field is an error; default false. */
  readonly required?: boolean;
  /** What an empty field counts as; default undefined. */
  readonly default?: CsvValue;
  /** How a field is read; default: as a number where it is one, else as text. */
  readonly dtype?: 'float32' | 'int32' | 'bool' | 'string';
}

export interface CSVConfig {
  /** Whether the first line names the columns; default true. */
  readonly hasHeader?: boolean;
  /** Names of the columns; default those of the header. */
  readonly columnNames?: readonly string[];
  readonly columnConfigs?: Readonly<Record<string, ColumnConfig>>;
  /** Whether columns without a config are left out; default false. */
  readonly configuredColumnsOnly?: boolean;
  /** Default a comma. */
  readonly delimiter?: string;
}

export type CsvValue = number | string | boolean | undefined;
export type CsvRow = Record<string, CsvValue>;

/**
 * Fields of each record, as RFC 4180 has it: a field in double quotes may hold delimiters, line feeds, and quotes twice.
 * @throws FormatError when a quote is not closed
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
 * Records of comma-separated values, as objects by column name; where a column is a label, as `{ xs, ys }` of such objects.
 * @throws FormatError when a record has another number of fields, two columns have one name, or a field is not what its dtype says
 * @throws ValueError when a config names no column, or a required field is empty
 * @example await new data.CSVDataset(new Blob(['a,b\n1,2'])).toArray()
 */
export class CSVDataset extends Dataset<CsvRow | { xs: CsvRow; ys: CsvRow }> {
  constructor(
    private readonly source: TextSource,
    private readonly config: CSVConfig = {},
  ) {
    super(() => this.rows());
    const { delimiter = ',' } = config;
    if (delimiter.length !== 1) throw new ValueError(`csv: delimiter is '${delimiter}', expected one character`);
    if (config.hasHeader === false && !config.columnNames) {
      throw new ValueError('csv: columnNames are missing, expected where hasHeader is false');
    }
  }

  /** Names of the columns that elements have. */
  async columnNames(): Promise<string[]> {
    for await (const fields of csvRecords(textOf(this.source), this.config.delimiter ?? ',')) {
      return this.namesFrom(fields).filter((name) => this.isWanted(name));
    }
    throw new FormatError('csv: the text is empty');
  }

  private isWanted(name: string): boolean {
    return !this.config.configuredColumnsOnly || Object.hasOwn(this.config.columnConfigs ?? {}, name);
  }

  private namesFrom(firstRecord: readonly string[]): readonly string[] {
    const names = this.config.columnNames ?? firstRecord;
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new FormatError(`csv: two columns are called '${twice}'`);
    for (const name of Object.keys(this.config.columnConfigs ?? {})) {
      if (!names.includes(name))
        throw new ValueError(`csv: columnConfigs has ${name}, expected one of ${names.join(', ')}`);
    }
    return names;
  }

  private async *rows(): AsyncGenerator<CsvRow | { xs: CsvRow; ys: CsvRow }> {
    const { hasHeader = true, columnConfigs = {}, delimiter = ',' } = this.config;
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
        const column = Object.hasOwn(columnConfigs, name) ? columnConfigs[name] : {};
        (column.isLabel ? ys : xs)[name] = parse(fields[index], column, `record ${number}, column ${name}`);
      }
      yield hasLabels ? { xs, ys } : xs;
    }
  }
}

const BOOLEANS: Readonly<Record<string, boolean | undefined>> = { true: true, 1: true, false: false, 0: false };

function parse(field: string, { dtype, required, default: fallback }: ColumnConfig, place: string): CsvValue {
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
