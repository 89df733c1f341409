import { sigmoid as inlineSigmoid, tanh as inlineTanh } from './math';

/* The functions of gates, not inlined: LSTM and GRU call each several times, and the module is part of every page. */

export function sigmoid(x: v128): v128 {
  return inlineSigmoid(x);
}

export function tanh(x: v128): v128 {
  return inlineTanh(x);
}
