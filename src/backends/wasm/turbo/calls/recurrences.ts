import { family, flags, type KernelCall, result, signed } from '../kernel-call.js';

function recurrences(time: number, batch: number, units: number): KernelCall[] {
  const geometry = { time, batch, units };
  const state = signed(batch, units);
  const mask = flags(time, batch);
  const steps = time * batch * units;
  const lstmGates = 5 * steps + batch * units + steps;
  const forward = family('recurrences');
  const gradient = family('recurrences, gradient');
  return [
    forward(
      [signed(time, batch, 4 * units), signed(units, 4 * units), state, state, mask, result([lstmGates])],
      (kernels, [z, cells, hidden, cell, valid, out]) => kernels.lstm!(z, cells, hidden, cell, valid, out, geometry),
    ),
    gradient(
      [
        signed(time + 1, batch, units),
        signed(lstmGates),
        signed(units, 4 * units),
        state,
        mask,
        result([time + 1, batch, 4 * units]),
      ],
      (kernels, [dy, gates, cells, cell, valid, out]) =>
        kernels.lstmGradient!(dy, gates, cells, cell, valid, out, geometry),
    ),
    forward(
      [signed(time, batch, 3 * units), signed(units, 3 * units), signed(3 * units), state, mask, result([5 * steps])],
      (kernels, [z, cells, bias, hidden, valid, out]) => kernels.gru!(z, cells, bias, hidden, valid, out, geometry),
    ),
    gradient(
      [
        signed(time, batch, units),
        signed(5 * steps),
        signed(units, 3 * units),
        state,
        mask,
        result([time + 1, batch, 4 * units]),
      ],
      (kernels, [dy, gates, cells, hidden, valid, out]) =>
        kernels.gruGradient!(dy, gates, cells, hidden, valid, out, geometry),
    ),
  ];
}

export const RECURRENCES: readonly KernelCall[] = recurrences(2, 7, 13);
