/** Phase of an op: the forward pass, the backward pass, or the update of weights. */
export type Phase = 'forward' | 'backward' | 'update';

/** Where in a computation ops run. */
export interface Place {
  /** Names of the layers around the op, outermost first, joined by `/`; empty outside layers. */
  layer: string;
  phase: Phase;
}

const place: Place = { layer: '', phase: 'forward' };

/** While there are none, places are not noted, and `inLayer` and `inPhase` only call their function. */
let watchers = 0;

/** Run `f` while places are noted, also after it returned a promise. */
export function watchingPlaces<T>(f: (place: Readonly<Place>) => T): T {
  watchers++;
  const leave = () => void watchers--;
  let result: T;
  try {
    result = f(place);
  } catch (error) {
    leave();
    throw error;
  }
  if (!(result instanceof Promise)) leave();
  else result.then(leave, leave);
  return result;
}

/** The enclosing layers of the running op; empty while nothing is profiled. */
export const currentLayer = (): string => place.layer;

/** Run a part of a layer. */
export function inLayer<T>(name: string, f: () => T): T {
  return watchers === 0 ? f() : at(place.layer ? `${place.layer}/${name}` : name, place.phase, f);
}

/** Run a part of a pass, for the layer whose path is given. */
export function inPhase<T>(phase: Phase, layer: string, f: () => T): T {
  return watchers === 0 ? f() : at(layer, phase, f);
}

function at<T>(layer: string, phase: Phase, f: () => T): T {
  const before = { ...place };
  place.layer = layer;
  place.phase = phase;
  try {
    return f();
  } finally {
    Object.assign(place, before);
  }
}
