import type { DType } from '../../base/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import { cast } from '../cast.js';

/** Return x itself where it has the dtype, else a cast of it. */
export const toDType = (x: Tensor, dtype: DType): Tensor => (x.dtype === dtype ? x : cast(x, dtype));
