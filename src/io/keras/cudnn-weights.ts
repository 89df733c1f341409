import type { Layer } from '../../layers/base/layer.js';
import type { StoredArray } from '../bytes/stored-array.js';

/*
 * Weights of Keras 2's CuDNNLSTM and CuDNNGRU, which are those of LSTM and GRU in the layout of cuDNN: each gate of the
 * kernels transposed, and one bias for the input and one for the state. Source: `_convert_rnn_weights` of tf_keras.
 */

/** Number of gates in the kernels of the cells that cuDNN supports. */
const GATES: Readonly<Record<string, number>> = { LSTMCell: 4, GRUCell: 3 };

/** Names of these layers in files. */
export const CUDNN_LAYERS: Readonly<Record<string, string>> = { CuDNNLSTM: 'LSTM', CuDNNGRU: 'GRU' };

/** Whether an array is the bias of a cell in cuDNN's layout, which is the only one with two biases in one row. */
export function isCudnnBias(shape: readonly number[], cell: Layer): boolean {
  const gates = GATES[cell.className];
  const { units } = cell.options as { readonly units?: number };
  return gates !== undefined && units !== undefined && shape.length === 1 && shape[0] === 2 * gates * units;
}

/** The shape of an array in the layout of the cell. */
export function shapeFromCudnn(name: string, shape: readonly number[], cell: Layer): readonly number[] {
  if (name !== 'bias') return shape;
  return cell.className === 'GRUCell' ? [2, shape[0] / 2] : [shape[0] / 2];
}

/** Convert an array to the layout of the cell. @param name of the weight */
export function fromCudnn(name: string, array: StoredArray, cell: Layer): StoredArray {
  const shape = shapeFromCudnn(name, array.shape, cell);
  if (name === 'bias')
    return { shape, values: cell.className === 'GRUCell' ? array.values : summedHalves(array.values) };
  return { shape, values: transposedGates(array, GATES[cell.className]) };
}

/** An LSTM adds both biases, so their sum suffices. */
function summedHalves(values: StoredArray['values']): StoredArray['values'] {
  const half = values.length / 2;
  return values.slice(0, half).map((value, i) => value + values[half + i]);
}

/** Each gate, [rows, units] in memory as [units, rows], in the order of its rows. */
function transposedGates({ shape: [rows, columns], values }: StoredArray, gates: number): StoredArray['values'] {
  const units = columns / gates;
  const turned = values.slice();
  for (let gate = 0; gate < gates; gate++) {
    for (let row = 0; row < rows; row++) {
      for (let unit = 0; unit < units; unit++) {
        // The values of the gate, in row-major order, are the transposed matrix.
        const place = unit * rows + row;
        const from = Math.floor(place / units) * columns + gate * units + (place % units);
        turned[row * columns + gate * units + unit] = values[from];
      }
    }
  }
  return turned;
}
