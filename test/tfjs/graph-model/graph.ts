import * as nabla from '../../../src/index.js';
import { encodeWeights } from '../../../src/io/formats/tfjs/encode-weights.js';

/* Graphs of TensorFlow ops, as tfjs's converter writes them. */

type Attribute = object;
interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

export const text = (s: string): Attribute => ({ s: btoa(s) });
export const texts = (...s: string[]): Attribute => ({ list: { s: s.map(btoa) } });
export const ints = (...i: number[]): Attribute => ({ list: { i: i.map(String) } });
export const int = (i: number): Attribute => ({ i: String(i) });
export const float = (f: number): Attribute => ({ f });
export const flag = (b: boolean): Attribute => ({ b });
export const type = (name: 'FLOAT' | 'INT32' | 'BOOL'): Attribute => ({ type: `DT_${name}` });

/** A graph that grows node by node; each method returns the name of what it made. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  private readonly constants: { name: string; shape: number[]; values: Float32Array | Int32Array | Uint8Array }[] = [];

  /** @param shape with -1 for sizes that are not known */
  placeholder(name: string, shape: readonly number[], dtype: 'FLOAT' | 'INT32' | 'BOOL' = 'FLOAT'): string {
    return this.op('Placeholder', [], { dtype: type(dtype), shape: dims(shape) }, name);
  }

  constant(values: number | readonly number[], shape?: readonly number[], name = `const_${this.nodes.length}`): string {
    return this.weight(
      Float32Array.from([values].flat()),
      shape ?? (typeof values === 'number' ? [] : [values.length]),
      'FLOAT',
      name,
    );
  }

  whole(values: number | readonly number[], shape?: readonly number[], controls: readonly string[] = []): string {
    const name = `whole_${this.nodes.length}`;
    return this.weight(
      Int32Array.from([values].flat()),
      shape ?? (typeof values === 'number' ? [] : [values.length]),
      'INT32',
      name,
      controls,
    );
  }

  op(
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, Attribute>> = {},
    name = `${op}_${this.nodes.length}`,
  ): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** What a handler loads. @param rest as signature and metadata */
  artifacts(rest: object = {}, quantize?: 'uint8'): nabla.io.ModelArtifacts {
    const { specs, data } = encodeWeights(this.constants, quantize);
    const modelTopology = { node: this.nodes, versions: { producer: 27, minConsumer: 3 } };
    return { modelTopology, format: 'graph-model', weightSpecs: specs, weightData: data, ...rest };
  }

  async load(rest: object = {}, quantize?: 'uint8'): Promise<nabla.GraphModel> {
    return nabla.loadGraphModel(nabla.io.fromMemory(this.artifacts(rest, quantize)));
  }

  private weight(
    values: Float32Array | Int32Array,
    shape: readonly number[],
    dtype: 'FLOAT' | 'INT32',
    name: string,
    controls: readonly string[] = [],
  ): string {
    this.constants.push({ name, shape: [...shape], values });
    return this.op('Const', controls, { dtype: type(dtype) }, name);
  }
}

export const dims = (shape: readonly number[]): Attribute => ({
  shape: { dim: shape.map((size) => ({ size: String(size) })) },
});

/** Numbers that differ. */
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * 1.3 + 1));
