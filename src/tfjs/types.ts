/* Names of types that programs written for tfjs use; ranks are checked when a program runs, not when it is compiled. */
import type { Model } from '../models/model.js';
import type { Tensor } from '../tensor/tensor.js';

export type Scalar = Tensor;
export type Tensor1D = Tensor;
export type Tensor2D = Tensor;
export type Tensor3D = Tensor;
export type Tensor4D = Tensor;
export type Tensor5D = Tensor;
export type Tensor6D = Tensor;
export type NamedTensorMap = Record<string, Tensor>;
export type LayersModel = Model;
