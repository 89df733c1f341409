import { BackendError } from '../../../base/errors.js';
import { dawnInstance, installNavigator } from '../../dawn.js';
import { CompiledKernel } from './compiled-kernel.js';
import { type GlContext, type GpuLibrary, type GpuMode, loadLibrary } from './library.js';
import type { Program } from './program.js';

/** An instance of gpu.js in one mode, tested before use. */
export interface Engine {
  readonly mode: GpuMode;
  /** Name of the device, as reported by the driver. */
  readonly adapter: string;
  readonly limits: Readonly<Record<string, number>>;
  compile(program: Program, size: number): CompiledKernel;
  /** WebGL contexts may be lost; gpu.js reports a lost WebGPU device when a kernel runs. */
  isLost(): boolean;
  destroy(keepsWebGpu: boolean): Promise<void>;
}

const HOST_ADAPTERS: Partial<Record<GpuMode, string>> = {
  cpu: 'JavaScript on the host',
  webasm: 'WebAssembly on the host',
};

const NEEDS: Readonly<Record<GpuMode, string>> = {
  webgpu: 'a browser or driver with WebGPU, in Node the package webgpu',
  webgl2: 'a browser',
  headlessgl: 'Node with the package gl, and a display (xvfb-run)',
  webasm: 'WebAssembly',
  cpu: 'nothing',
};

function describeContext(context: GlContext): string {
  const debug = context.getExtension('WEBGL_debug_renderer_info');
  return String(context.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : context.RENDERER));
}

interface Adapter {
  readonly description: string;
  readonly limits: Readonly<Record<string, number>>;
}

/** The adapter limits that bound tensors. */
const ADAPTER_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize', 'maxStorageBuffersPerShaderStage'] as const;

async function askAdapter(): Promise<Adapter> {
  type Asked = { readonly info?: Record<string, string>; readonly limits: Record<string, number> };
  const { gpu } = navigator as unknown as { gpu: { requestAdapter(): Promise<Asked | null> } };
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new BackendError('gpu: mode webgpu found no adapter');
  const { vendor, architecture, device, description } = adapter.info ?? {};
  return {
    description: [vendor, architecture, device, description].filter(Boolean).join(' ') || 'WebGPU',
    limits: Object.fromEntries(ADAPTER_LIMITS.map((name) => [name, adapter.limits[name]])),
  };
}

/** `isGPUSupported` is true even without a GPU: only a kernel that ran in the requested mode proves support. */
async function tryOut(engine: Engine): Promise<void> {
  const kernel = engine.compile({ name: 'trial', source: 'function (x) { return 2 * x[this.thread.x]; }' }, 3);
  const values = await kernel.execute([Float32Array.of(1, 2, 3)]);
  const result = values instanceof Float32Array ? values : await values.toArray();
  if (!(values instanceof Float32Array)) values.delete();
  kernel.evict();
  if (Array.from(result).join() !== '2,4,6') {
    throw new BackendError(`gpu: mode ${engine.mode} computed [${result}] for twice [1,2,3]`);
  }
}

async function startInMode(library: GpuLibrary, mode: GpuMode, webGpu: Adapter | null): Promise<Engine> {
  const gpu = new library.GPU({ mode: mode as never });
  const context = (): GlContext | null =>
    mode === 'webgl2' || mode === 'headlessgl' ? (gpu.context as GlContext) : null;
  const engine: Engine = {
    mode,
    get adapter() {
      const gl = context();
      return webGpu?.description ?? HOST_ADAPTERS[mode] ?? (gl ? describeContext(gl) : mode);
    },
    get limits() {
      const gl = context();
      return webGpu?.limits ?? (gl ? { maxTextureSize: Number(gl.getParameter(gl.MAX_TEXTURE_SIZE)) } : {});
    },
    compile: (program, size) => new CompiledKernel(gpu, library, mode, program, size),
    isLost: () => context()?.isContextLost() ?? false,
    async destroy(keepsWebGpu) {
      await gpu.destroy();
      if (mode === 'webgpu' && !keepsWebGpu) await library.WebGPUContext.destroy();
    },
  };
  try {
    await tryOut(engine);
  } catch (error) {
    await engine.destroy(true);
    throw error;
  }
  return engine;
}

/** @throws BackendError with the requirements of the mode */
export async function startEngine(mode: GpuMode): Promise<Engine> {
  const library = await loadLibrary();
  let restore = (): void => {};
  try {
    if (mode !== 'webgpu') return await startInMode(library, mode, null);
    if (!(globalThis.navigator as { gpu?: unknown } | undefined)?.gpu)
      restore = installNavigator(await dawnInstance('gpu: mode webgpu'));
    return await startInMode(library, mode, await askAdapter());
  } catch (cause) {
    if (cause instanceof BackendError) throw cause;
    const { message } = cause as Error;
    throw new BackendError(`gpu: mode ${mode} does not run here (${message}); it needs ${NEEDS[mode]}`, { cause });
  } finally {
    // The device exists by now; Node would wait for the entry point at its exit.
    restore();
  }
}
