/* Types that programs written for tfjs use; ranks are checked at run time, not at compile time. */
import type { DType, TypedArray, TypedArrayOf } from '../base/dtype.js';
import type { SequentialOptions } from '../models/sequential.js';
import type { Tensor } from '../tensor/tensor.js';
import type { CallbackFunctions } from '../training/callbacks/callback.js';
import type { EarlyStoppingOptions } from '../training/callbacks/early-stopping.js';
import type { FitDatasetOptions, FitOptions } from '../training/fit-options.js';
import type { CompileOptions } from '../training/model/compile.js';
import type { EvaluateOptions } from '../training/options/evaluate-options.js';

export type Scalar = Tensor;
export type Tensor1D = Tensor;
export type Tensor2D = Tensor;
export type Tensor3D = Tensor;
export type Tensor4D = Tensor;
export type Tensor5D = Tensor;
export type Tensor6D = Tensor;
export type NamedTensorMap = Record<string, Tensor>;

export type DataType = DType;
export type NumericDataType = Exclude<DType, 'bool'>;
export type DataTypeMap = TypedArrayOf;
export type DataTypeFor<T extends number | boolean> = T extends number ? NumericDataType : 'bool';
export type DataValues = TypedArray;
export type ScalarLike = number | boolean;
export type RecursiveArray<T> = T[] | RecursiveArray<T>[];
export interface ShapeMap {
  R0: readonly [];
  R1: readonly [number];
  R2: readonly [number, number];
  R3: readonly [number, number, number];
  R4: readonly [number, number, number, number];
  R5: readonly [number, number, number, number, number];
  R6: readonly [number, number, number, number, number, number];
}
export type TensorInfo = Pick<Tensor, 'shape' | 'dtype'>;
export type TensorContainerObject = { [name: string]: unknown };
export type TensorContainerArray = unknown[];
export type SequentialArgs = SequentialOptions;
export type ModelCompileArgs = CompileOptions;
export type ModelFitArgs = FitOptions;
export type ModelFitDatasetArgs<_Element = unknown> = FitDatasetOptions;
export type ModelEvaluateArgs = EvaluateOptions;
export type CustomCallbackArgs = CallbackFunctions;
export type EarlyStoppingCallbackArgs = EarlyStoppingOptions;
export type ClassWeight = Readonly<Record<number, number>>;
export type ClassWeightMap = Readonly<Record<string, ClassWeight>>;
/** The common interface of both kinds of models: `predict`. */
export interface InferenceModel {
  predict(x: Tensor | Tensor[] | NamedTensorMap, options?: unknown): Tensor | Tensor[] | NamedTensorMap;
}

export type { TensorContainer } from '../tensor/scope.js';
export type { Logs } from '../training/model/logs.js';
