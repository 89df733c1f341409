import { DisposedError, ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import { Inference } from '../../inference/index.js';
import type { JsonObject } from '../../io/bytes/json.js';
import { dtypeOf, hostArray, type NamedFileArray } from '../../io/bytes/stored-array.js';
import { encodeWeights } from '../../io/formats/tfjs/encode-weights.js';
import { getSaveHandlers } from '../../io/handlers/routes.js';
import { Tensor, upload } from '../../tensor/tensor.js';
import { type Variable, variable } from '../../tensor/variable.js';
import type { SaveHandler, SaveResult } from '../../training/options/model-artifacts.js';
import { Evaluation } from './evaluate.js';
import { type GraphDefNode, readGraphDef, readOutput } from './graph-def.js';
import { know, LONGEST } from './known-numbers.js';
import { type Structure, structureOf } from './structure.js';
import { assertFits, infoOf, type ModelTensorInfo, readSignature, type Signature } from './tensor-info.js';

/** model.json, and the arrays in the files next to it. */
export class GraphFile {
  constructor(
    readonly json: JsonObject,
    readonly arrays: readonly NamedFileArray[],
    readonly name: string,
  ) {}
}

type GraphInputs = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;
type GraphOutputs = Tensor | Tensor[] | Record<string, Tensor>;

/**
 * A graph of TensorFlow ops with its weights, for prediction: what `loadGraphModel` loads. A graph without branches and
 * loops runs by a plan, as `model.predict` does.
 */
export class GraphModel {
  private readonly nodes: ReadonlyMap<string, GraphDefNode>;
  private readonly listed: {
    readonly inputs: readonly ModelTensorInfo[];
    readonly outputs: readonly ModelTensorInfo[];
  };
  private readonly signature: Signature;
  private readonly structures = new Map<string, Structure>();
  private readonly variables: ReadonlyMap<string, Variable>;
  private readonly plans: Inference;
  private isDisposed = false;

  private readonly json: JsonObject;
  private readonly file: string;

  /** @internal use `loadGraphModel` */
  constructor(source: GraphFile) {
    if (!(source instanceof GraphFile)) {
      throw new ValueError(`GraphModel: given ${show(source)}; loadGraphModel makes graph models`);
    }
    const { json, arrays, name: file } = source;
    this.json = json;
    this.file = file;
    this.nodes = readGraphDef(json.modelTopology as JsonObject, file);
    this.signature = readSignature(this.modelSignature ?? {}, `${file}: signature`);
    this.listed = { inputs: this.listInputs(), outputs: this.listOutputs() };
    const { isStatic } = this.structureFor(this.outputNodes);
    this.variables = readVariables(this.nodes, arrays, file);
    const outputs = this.outputNodes.map(readOutput);
    this.plans = new Inference({
      isTraceable: isStatic,
      identity: this,
      variables: [...this.variables.values()],
      run: (inputs) => this.evaluation(this.named('predict', inputs), this.outputNodes).run(outputs, 'predict'),
    });
  }

  /** Inputs in the order in which `predict` takes them. */
  get inputs(): readonly ModelTensorInfo[] {
    return this.listed.inputs;
  }

  get outputs(): readonly ModelTensorInfo[] {
    return this.listed.outputs;
  }

  /** What the file's writer noted in `userDefinedMetadata`. */
  get metadata(): object | undefined {
    return this.notes;
  }

  private get notes(): { readonly signature?: object; readonly structuredOutputKeys?: readonly string[] } | undefined {
    return this.json.userDefinedMetadata as GraphModel['notes'];
  }

  /** The file's `signature`; earlier converters noted it in the metadata. */
  get modelSignature(): object | undefined {
    return this.notes?.signature ?? (this.json.signature as object | undefined);
  }

  /** Names of the outputs, where `predict` returns an object. */
  get modelStructuredOutputKeys(): readonly string[] | undefined {
    return this.notes?.structuredOutputKeys;
  }

  /** `producer.minConsumer` of the graph; `unknown` where the file has none. */
  get modelVersion(): string {
    const { versions } = this.json.modelTopology as JsonObject;
    const { producer, minConsumer } = (versions ?? {}) as JsonObject;
    return versions ? `${producer ?? 0}.${minConsumer ?? 0}` : 'unknown';
  }

  get inputNodes(): string[] {
    return this.inputs.map(({ name }) => name);
  }

  get outputNodes(): string[] {
    return this.outputs.map(({ name }) => name);
  }

  /** Weights by the names of their nodes. */
  get weights(): Record<string, Tensor[]> {
    return Object.fromEntries([...this.variables].map(([name, weight]) => [name, [weight]]));
  }

  /**
   * Compute the graph's outputs.
   * @param inputs in the order of `inputs`, or by the names of nodes or of the signature
   * @returns one tensor, a list in the order of `outputs`, or an object where the file names the outputs
   * @throws ShapeError @throws DTypeError
   * @throws ValueError when an input is missing, or the graph needs `predictAsync`
   */
  predict(inputs: GraphInputs, _config?: object): GraphOutputs {
    const given = this.named('predict', inputs);
    const list = this.inputNodes.map((name) => given.get(name)!);
    return this.structured(this.plans.run(list) as Tensor[]);
  }

  /** Compute the graph's outputs where ops wait for values, as boxes that are left do. */
  async predictAsync(inputs: GraphInputs, _config?: object): Promise<GraphOutputs> {
    return this.structured(await this.runAsync('predictAsync', inputs, this.outputNodes));
  }

  /**
   * Compute some outputs of nodes.
   * @param outputs names of nodes, with `:1` for another output than the first; default those of the graph
   * @returns one tensor, or a list
   * @throws ValueError for a node that is not there, or when the graph needs `executeAsync`
   */
  execute(inputs: GraphInputs, outputs?: string | readonly string[] | null): Tensor | Tensor[] {
    const names = this.namesOf('execute', outputs);
    const evaluation = this.evaluation(this.named('execute', inputs), names);
    return oneOrMany(evaluation.run(names.map(readOutput), 'execute'));
  }

  /** `execute` where ops wait for values. */
  async executeAsync(inputs: GraphInputs, outputs?: string | readonly string[] | null): Promise<Tensor | Tensor[]> {
    return oneOrMany(await this.runAsync('executeAsync', inputs, this.namesOf('executeAsync', outputs)));
  }

  /**
   * Save the graph with its weights.
   * @param target a handler, or a URL as `file://folder` and `indexeddb://name`
   */
  async save(target: string | SaveHandler): Promise<SaveResult> {
    const handler = typeof target === 'string' ? getSaveHandlers(target)[0] : target;
    if (typeof handler?.save !== 'function')
      throw new ValueError(`GraphModel.save: given ${show(target)}, expected a handler that saves, or its URL`);
    const arrays = await Promise.all(
      [...this.variables].map(async ([name, weight]) => ({ name, ...(await hostArray(weight)) })),
    );
    const { specs, data } = encodeWeights(arrays);
    const { weightsManifest: _, modelTopology, ...rest } = this.json;
    return handler.save({
      ...rest,
      modelTopology: modelTopology as object,
      format: 'graph-model',
      weightSpecs: specs,
      weightData: data,
    });
  }

  /** Free the weights, and what plans keep. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    this.plans.dispose();
    for (const weight of this.variables.values()) weight.dispose();
  }

  private async runAsync(caller: string, inputs: GraphInputs, names: readonly string[]): Promise<Tensor[]> {
    return this.evaluation(this.named(caller, inputs), names).runAsync(names.map(readOutput));
  }

  private evaluation(given: ReadonlyMap<string, Tensor>, outputs: readonly string[]): Evaluation {
    return new Evaluation(this.structureFor(outputs), new Map([...this.variables, ...given]));
  }

  private structureFor(outputs: readonly string[]): Structure {
    const key = outputs.join('\n');
    let structure = this.structures.get(key);
    if (!structure) {
      const names = outputs.map((each) => readOutput(each).node);
      structure = structureOf(this.nodes, names, this.file);
      this.structures.set(key, structure);
    }
    return structure;
  }

  private namesOf(caller: string, outputs: string | readonly string[] | null | undefined): readonly string[] {
    if (this.isDisposed) throw new DisposedError(`${caller}: the graph model was disposed`);
    const names = outputs === undefined || outputs === null ? this.outputNodes : [outputs].flat();
    const wrong = names.find((name) => !this.nodes.has(readOutput(name).node));
    if (wrong !== undefined) throw new ValueError(`${caller}: the graph has no node ${show(wrong)}`);
    return names;
  }

  /** Inputs by the names of their nodes. */
  private named(caller: string, inputs: GraphInputs): ReadonlyMap<string, Tensor> {
    if (this.isDisposed) throw new DisposedError(`${caller}: the graph model was disposed`);
    const entries =
      inputs instanceof Tensor || Array.isArray(inputs)
        ? this.inOrder(caller, [inputs].flat())
        : Object.entries(inputs ?? {});
    const given = new Map<string, Tensor>();
    for (const [key, tensor] of entries) {
      const name = this.signature.inputs.get(key)?.name ?? key.replace(/:0$/, '');
      if (!(tensor instanceof Tensor)) throw new ValueError(`${caller}: ${key} is ${show(tensor)}, expected a tensor`);
      if (!this.nodes.has(name)) {
        throw new ValueError(`${caller}: there is no input ${show(key)}, expected ${this.inputNodes.join(', ')}`);
      }
      const info = this.inputs.find((each) => each.name === name);
      if (info) assertFits(caller, info, tensor);
      given.set(name, tensor);
    }
    const missing = this.inputNodes.filter((name) => !given.has(name));
    if (missing.length > 0)
      throw new ValueError(`${caller}: ${missing.join(', ')} missing, expected a tensor for each input`);
    return given;
  }

  private inOrder(caller: string, tensors: readonly Tensor[]): [string, Tensor][] {
    if (tensors.length !== this.inputs.length) {
      throw new ValueError(
        `${caller}: ${tensors.length} tensors, expected ${this.inputs.length}: ${this.inputNodes.join(', ')}`,
      );
    }
    return tensors.map((tensor, index) => [this.inputs[index].name, tensor]);
  }

  private structured(outputs: Tensor[]): GraphOutputs {
    const keys = this.modelStructuredOutputKeys;
    if (keys) return Object.fromEntries(outputs.map((tensor, index) => [keys[index], tensor]));
    return oneOrMany(outputs);
  }

  private listInputs(): ModelTensorInfo[] {
    const signed = [...this.signature.inputs.values()].filter(({ name }) => this.nodes.has(name));
    if (signed.length > 0) {
      return signed.map((info) => {
        const { shape, dtype } = infoOf(this.nodes.get(info.name)!);
        return { name: info.name, shape: shape ?? info.shape, dtype: dtype ?? info.dtype };
      });
    }
    return [...this.nodes.values()].filter(({ op }) => op.startsWith('Placeholder')).map(infoOf);
  }

  private listOutputs(): ModelTensorInfo[] {
    const signed = [...this.signature.outputs.values()].filter(({ name }) => this.nodes.has(readOutput(name).node));
    if (signed.length > 0) return signed;
    const read = new Set(
      [...this.nodes.values()].flatMap(({ inputs, controls }) => [...inputs, ...controls].map(({ node }) => node)),
    );
    return [...this.nodes.keys()]
      .filter((name) => !read.has(name))
      .map((name) => ({ name, shape: undefined, dtype: undefined }));
  }
}

const oneOrMany = (tensors: Tensor[]): Tensor | Tensor[] => (tensors.length === 1 ? tensors[0] : tensors);

/** The values of constants. @throws FormatError when one is missing */
function readVariables(
  nodes: ReadonlyMap<string, GraphDefNode>,
  arrays: readonly NamedFileArray[],
  file: string,
): ReadonlyMap<string, Variable> {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const variables = new Map<string, Variable>();
  try {
    for (const { name, op, caller, attributes } of nodes.values()) {
      if (op !== 'Const') continue;
      const array = byName.get(name);
      if (!array) throw new ValueError(`${caller}: ${file} has no values for this constant`);
      const stored = array.read();
      const { values, shape } = stored;
      const tensor = upload(values, shape, attributes.dtype('dtype', dtypeOf(stored)));
      const weight = variable(tensor, false);
      tensor.dispose();
      if (values.length <= LONGEST) know(weight, Array.from(values));
      variables.set(name, weight);
    }
  } catch (error) {
    for (const each of variables.values()) each.dispose();
    throw error;
  }
  return variables;
}
