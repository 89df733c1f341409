import { assertName } from './arguments.js';
import { ValueError } from './errors.js';
import { bareName, didYouMean, plainName } from './names.js';
import { show } from './show.js';

/** Values by name, in any spelling: `rms_prop`, `RMSprop` and `rmsprop` are the same name. */
export class Registry<T> {
  private readonly values = new Map<string, T>();
  /** Names by their normalized spelling and by that of their aliases. */
  private readonly spellings = new Map<string, string>();
  private readonly builtIn: Set<string>;
  private readonly aliases: readonly string[];

  /**
   * @param known built-in values by name
   * @param aliases further names for them, not listed in messages
   */
  constructor(known: Readonly<Record<string, T>> = {}, aliases: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(known)) this.set(name, value);
    for (const [alias, name] of Object.entries(aliases)) this.spellings.set(plainName(alias), name);
    this.builtIn = new Set(Object.keys(known));
    this.aliases = Object.keys(aliases);
  }

  /** All names without aliases, in the order of registration. */
  get names(): string[] {
    return [...this.values.keys()];
  }

  /** Return the registered name of a spelling: `leaky_relu` → `leakyRelu`. */
  nameOf(spelling: string): string | undefined {
    if (typeof spelling !== 'string') return undefined;
    const name = bareName(spelling);
    return this.values.has(name) ? name : this.spellings.get(plainName(name));
  }

  has(spelling: string): boolean {
    return this.nameOf(spelling) !== undefined;
  }

  isBuiltIn(spelling: string): boolean {
    const name = this.nameOf(spelling);
    return name !== undefined && this.builtIn.has(name);
  }

  /** Find the value with exactly this name. */
  get(name: string): T | undefined {
    if (typeof name !== 'string') return undefined;
    return this.values.get(bareName(name));
  }

  /** Find the value with this name in any spelling; an exact match has priority. */
  find(spelling: string): T | undefined {
    const name = this.nameOf(spelling);
    return name === undefined ? undefined : this.values.get(name);
  }

  /** Return the first name of a value. */
  nameOfValue(value: unknown): string | null {
    for (const [name, each] of this.values) if (each === value) return name;
    return null;
  }

  /**
   * Return the value with this name in any spelling.
   * @param caller the argument, for the message: `loss`, `setBackend: name`
   * @param orElse the end of the list in the message: `, or a name under registerLoss`
   * @throws ValueError when the name is unknown
   */
  resolve(caller: string, spelling: string, orElse = ''): T {
    const name = this.nameOf(spelling);
    if (name === undefined) throw new ValueError(this.unknown(caller, spelling, orElse));
    return this.values.get(name)!;
  }

  /** Return the message about an unknown name; `further` are candidates for the nearest name, not listed. */
  unknown(caller: string, given: unknown, orElse = '', further: readonly string[] = []): string {
    const isName = typeof given === 'string';
    const hint = isName ? didYouMean(given, [...this.values.keys(), ...this.aliases, ...further]) : '';
    return `${caller} is ${show(given)}, expected one of ${this.names.join(', ')}${orElse}${hint}`;
  }

  /** Add a value. @throws ValueError when the name is taken, in any spelling */
  register(caller: string, name: string, value: T): void {
    assertName(caller, name);
    if (this.has(name)) throw new ValueError(`${caller}: the name ${name} is taken`);
    this.set(name, value);
  }

  /** Add a built-in value, which was not known from the start. */
  addBuiltIn(name: string, value: T): void {
    this.set(name, value);
    this.builtIn.add(name);
  }

  /** Add a value, or replace the one with exactly this name. */
  set(name: string, value: T): void {
    const bare = bareName(name);
    this.values.set(bare, value);
    this.spellings.set(plainName(bare), bare);
  }
}
