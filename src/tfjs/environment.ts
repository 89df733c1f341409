import { currentBackend, getBackend } from '../backends/registry.js';
import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import { version as packageVersion } from '../base/version.js';
import { profile } from '../profile/index.js';
import { memory, openScope, type TensorContainer, tidy } from '../tensor/scope.js';

/* The environment functions of tfjs. */

/** The version of tfjs whose names nabla provides. */
const TFJS = '4.22.0';

/** Versions of nabla, and of the tfjs whose names it provides. @example console.log(version.nabla, version.tfjs); */
export const version = {
  nabla: packageVersion,
  tfjs: TFJS,
  'tfjs-core': TFJS,
  'tfjs-data': TFJS,
  'tfjs-layers': TFJS,
  'tfjs-converter': TFJS,
};

type Flag = number | boolean | string;

const isNode = (): boolean => typeof process === 'object' && process.versions?.node !== undefined;

/** Flags that describe the platform. */
const FACTS: Readonly<Record<string, () => Flag>> = {
  IS_BROWSER: () => typeof document === 'object' || typeof WorkerGlobalScope === 'function',
  IS_NODE: isNode,
  IS_CHROME: () => typeof navigator === 'object' && /Chrome/.test(navigator.userAgent ?? ''),
  IS_SAFARI: () =>
    typeof navigator === 'object' && /Safari/.test(navigator.userAgent ?? '') && !/Chrome/.test(navigator.userAgent),
  PROD: () => false,
  DEBUG: () => false,
  TENSORLIKE_CHECK_SHAPE_CONSISTENCY: () => true,
  DEPRECATION_WARNINGS_ENABLED: () => false,
};

declare const WorkerGlobalScope: unknown;

/** Flags of tfjs's backends may be set and read, without effect on nabla's backends. */
const OF_BACKENDS = /^(WEBGL|WEBGPU|WASM|CPU|CHECK|USE|KEEP|SOFTWARE|CANVAS2D|ENGINE|WRAP)_/;

/** tfjs's flags. Those of its backends are stored without effect. */
export class Environment {
  readonly flags: Record<string, Flag> = {};

  get platformName(): string {
    return isNode() ? 'node' : 'browser';
  }

  /** @throws ValueError for a flag that tfjs does not have */
  get(name: string): Flag {
    if (Object.hasOwn(this.flags, name)) return this.flags[name];
    if (Object.hasOwn(FACTS, name)) return FACTS[name]();
    throw new ValueError(`env().get: there is no flag ${show(name)}, expected one of ${Object.keys(FACTS).join(', ')}`);
  }

  async getAsync(name: string): Promise<Flag> {
    return this.get(name);
  }

  getNumber(name: string): number {
    return Number(this.get(name));
  }

  getBool(name: string): boolean {
    return Boolean(this.get(name));
  }

  getString(name: string): string {
    return String(this.get(name));
  }

  getFlags(): Record<string, Flag> {
    return { ...this.flags };
  }

  /** @throws ValueError for a flag that tfjs does not have */
  set(name: string, value: Flag): void {
    if (!Object.hasOwn(FACTS, name) && !OF_BACKENDS.test(name)) {
      throw new ValueError(
        `env().set: there is no flag ${show(name)}, expected one of ${Object.keys(FACTS).join(', ')}`,
      );
    }
    this.flags[name] = value;
  }

  setFlags(flags: Readonly<Record<string, Flag>>): void {
    for (const [name, value] of Object.entries(flags)) this.set(name, value);
  }

  reset(): void {
    for (const name of Object.keys(this.flags)) delete this.flags[name];
  }
}

/** tfjs's flags. @example if (env().getBool('IS_NODE')) console.log('no page'); */
export const ENV = /* @__PURE__ */ new Environment();
/** `ENV`. @example env().set('WEBGL_PACK', false); */
export const env = (): Environment => ENV;

/** Has no effect: nabla has no debug checks to turn off. @example enableProdMode(); */
export function enableProdMode(): void {
  ENV.set('PROD', true);
}

/** Has no effect: use `explain` and `terminateOnNaN` to find NaN. @example enableDebugMode(); */
export function enableDebugMode(): void {
  ENV.set('DEBUG', true);
}

/** Has no effect: nabla has none of tfjs's deprecated functions. @example disableDeprecationWarnings(); */
export function disableDeprecationWarnings(): void {
  ENV.set('DEPRECATION_WARNINGS_ENABLED', false);
}

/** Prints a message if `DEPRECATION_WARNINGS_ENABLED` is set. @example deprecationWarn('use matMul'); */
export function deprecationWarn(message: string): void {
  if (ENV.getBool('DEPRECATION_WARNINGS_ENABLED')) console.warn(message);
}

/** The parts of a backend that tfjs's code uses. @example const { epsilon } = backend(); */
export function backend(): { name: string; epsilon(): number; floatPrecision(): 16 | 32 } {
  return { name: currentBackend().name, epsilon: () => 1e-7, floatPrecision: () => 32 };
}

const closers: ((kept?: TensorContainer) => void)[] = [];

/**
 * tfjs's engine: scopes that are opened and closed explicitly, and counts.
 * @example engine().startScope(); const sum = x.add(y); engine().endScope(sum);
 */
export const engine = () => ({
  get backendName(): string {
    return getBackend();
  },
  get backend() {
    return backend();
  },
  get state() {
    const { numTensors, numDataBuffers, numBytes } = memory();
    return { numTensors, numDataBuffers, numBytes };
  },
  memory,
  tidy,
  profile,
  /** Open a scope; `endScope` frees the tensors created in it. */
  startScope(): void {
    closers.push(openScope());
  },
  /** Free the tensors created since `startScope`, except those in `result`. @throws ValueError without an open scope */
  endScope(result?: TensorContainer): void {
    const close = closers.pop();
    if (!close) throw new ValueError('engine().endScope: no scope is open; call startScope first');
    close(result);
  },
});
