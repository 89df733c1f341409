/* Names of types that programs written for tfjs use; ranks are checked when a program runs, not when it is compiled. */
import type { DType, TypedArray, TypedArrayOf } from '../base/dtype.js';
import type { SequentialOptions } from '../models/sequential.js';
import type { Tensor } from '../tensor/tensor.js';
import type { CallbackFunctions } from '../training/callbacks/callback.js';
import type { EarlyStoppingOptions } from '../training/callbacks/early-stopping.js';
import type { FitDatasetOptions, FitOptions } from '../training/fit-options.js';
import type { CompileOptions } from '../training/model/compile.js';
import type { EvaluateOptions } from '../training/options/evaluate-options.js';

/** A tensor of rank 0; ranks are not checked by types. */
export type Scalar = Tensor;
/** A tensor of rank 1; ranks are not checked by types. */
export type Tensor1D = Tensor;
/** A tensor of rank 2; ranks are not checked by types. */
export type Tensor2D = Tensor;
/** A tensor of rank 3; ranks are not checked by types. */
export type Tensor3D = Tensor;
/** A tensor of rank 4; ranks are not checked by types. */
export type Tensor4D = Tensor;
/** A tensor of rank 5; ranks are not checked by types. */
export type Tensor5D = Tensor;
/** A tensor of rank 6; ranks are not checked by types. */
export type Tensor6D = Tensor;
/** Tensors by name. */
export type NamedTensorMap = Record<string, Tensor>;

/** `DType`. */
export type DataType = DType;
/** The dtypes of numbers. */
export type NumericDataType = Exclude<DType, 'bool'>;
/** The array of each dtype. */
export type DataTypeMap = TypedArrayOf;
/** The dtypes of a value. */
export type DataTypeFor<T extends number | boolean> = T extends number ? NumericDataType : 'bool';
/** `TypedArray`. */
export type DataValues = TypedArray;
/** A value of a scalar. */
export type ScalarLike = number | boolean;
/** Nested arrays. */
export type RecursiveArray<T> = T[] | RecursiveArray<T>[];
/** The shapes of each rank. */
export interface ShapeMap {
  R0: readonly [];
  R1: readonly [number];
  R2: readonly [number, number];
  R3: readonly [number, number, number];
  R4: readonly [number, number, number, number];
  R5: readonly [number, number, number, number, number];
  R6: readonly [number, number, number, number, number, number];
}
/** Shape and dtype of a tensor. */
export type TensorInfo = Pick<Tensor, 'shape' | 'dtype'>;
/** Tensors in an object. */
export type TensorContainerObject = { [name: string]: unknown };
/** Tensors in an array. */
export type TensorContainerArray = unknown[];
/** `SequentialOptions`. */
export type SequentialArgs = SequentialOptions;
/** `CompileOptions`. */
export type ModelCompileArgs = CompileOptions;
/** `FitOptions`. */
export type ModelFitArgs = FitOptions;
/** `FitDatasetOptions`. */
export type ModelFitDatasetArgs<_Element = unknown> = FitDatasetOptions;
/** `EvaluateOptions`. */
export type ModelEvaluateArgs = EvaluateOptions;
/** `CallbackFunctions`. */
export type CustomCallbackArgs = CallbackFunctions;
/** `EarlyStoppingOptions`. */
export type EarlyStoppingCallbackArgs = EarlyStoppingOptions;
/** Weights of classes, by class number. */
export type ClassWeight = Readonly<Record<number, number>>;
/** Weights of classes of each output, by its name. */
export type ClassWeightMap = Readonly<Record<string, ClassWeight>>;
/** The common interface of both kinds of models: `predict`. */
export interface InferenceModel {
  /** Return the outputs for a batch. */
  predict(x: Tensor | Tensor[] | NamedTensorMap, options?: unknown): Tensor | Tensor[] | NamedTensorMap;
}

export type { TensorContainer } from '../tensor/scope.js';
export type { Logs } from '../training/model/logs.js';
