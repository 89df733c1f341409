import { pascalCase } from '../base/names.js';
import { MeanMetric, type MetricFunction } from './metric.js';

/** Classes of Keras whose names do not follow from nabla's by rule. */
const CLASS_NAMES: Readonly<Record<string, string>> = { klDivergence: 'KLDivergence', logCosh: 'LogCoshError' };

/** A mean that has a name and options, by which files know it. */
export class NamedMean extends MeanMetric {
  /** @param kind the metric's own name, in camelCase @param options with `name`, what logs call it */
  constructor(
    readonly kind: string,
    private readonly options: { readonly name: string },
    f: MetricFunction,
    finish?: (mean: number) => number,
  ) {
    super(options.name, f, finish);
  }

  override get className(): string {
    return CLASS_NAMES[this.kind] ?? pascalCase(this.kind);
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.options };
  }
}
