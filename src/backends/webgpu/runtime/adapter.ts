import { BackendError } from '../../../base/errors.js';
import { dawnInstance } from '../../dawn.js';

export interface AdapterOptions {
  readonly powerPreference: GPUPowerPreference;
  /** Flags of Dawn. */
  readonly dawn?: readonly string[];
}

/** The adapter limits that bound tensors and kernels. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** Optional features, used if the adapter has them. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query'];

/** A device, with information about its adapter. */
export interface Adapter {
  readonly device: GPUDevice;
  /** In the driver's words. */
  readonly description: string;
  /** Whether the GPU is emulated on the CPU. */
  readonly isSoftware: boolean;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  /** Reasons why other adapters were not chosen. */
  readonly notes: readonly string[];
  /** Size of the largest buffer of a kernel in bytes. */
  readonly maxBytes: number;
}

/** Programs write workgroup memory before they read it, so that Dawn need not fill it with zeros. */
const NO_ZEROS = 'disable_workgroup_init';

/** A flag of Dawn that lists features to enable. */
const ENABLE = 'enable-dawn-features=';

/** The caller's flags, and NO_ZEROS among the features. */
function dawnFlags(flags: readonly string[]): string[] {
  const features = flags.filter((flag) => flag.startsWith(ENABLE)).map((flag) => flag.slice(ENABLE.length));
  return [...flags.filter((flag) => !flag.startsWith(ENABLE)), ENABLE + [...features, NO_ZEROS].join()];
}

async function entryPoint(flags: readonly string[] | undefined): Promise<GPU> {
  const { gpu } = (globalThis.navigator ?? {}) as { readonly gpu?: GPU };
  if (gpu && !flags) return gpu;
  if (typeof process === 'undefined' || !process.versions?.node) {
    if (flags) throw new BackendError('webgpu: dawn has flags for Node; browsers take theirs at their start');
    throw new BackendError('webgpu: this browser has no navigator.gpu here; it needs https or localhost, and WebGPU');
  }
  return (await dawnInstance('webgpu:', dawnFlags(flags ?? []))) as GPU;
}

function describe({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  return (
    [vendor, architecture, device, description]
      .map((part) => part.trim())
      .filter(Boolean)
      .join(' ') || 'WebGPU'
  );
}

/** Software adapters such as SwiftShader are slower than the wasm backend; some do not identify themselves. */
const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(describe(info));

/**
 * Request an adapter, and a device with its maximum limits.
 * @throws BackendError when there is none
 */
export async function requestAdapter({ powerPreference, dawn }: AdapterOptions): Promise<Adapter> {
  const gpu = await entryPoint(dawn);
  const adapter = await gpu.requestAdapter({ powerPreference });
  if (!adapter) {
    throw new BackendError('webgpu: no adapter; it needs a GPU with a driver for Vulkan, Metal or Direct3D 12');
  }
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  // By default, a device has the limits of the weakest adapter: 128 MiB for a tensor.
  const requiredLimits = Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
  const { limits } = device;
  return {
    device,
    description: describe(adapter.info),
    isSoftware: isSoftware(adapter.info),
    limits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
    features: requiredFeatures,
    notes: await notesOn(gpu, adapter, powerPreference),
    maxBytes: Math.floor(Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize, 2 ** 32 - 4) / 4) * 4,
  };
}

async function notesOn(gpu: GPU, adapter: GPUAdapter, taken: GPUPowerPreference): Promise<string[]> {
  const notes: string[] = [];
  const description = describe(adapter.info);
  if (isSoftware(adapter.info)) notes.push(`${description} is software: no GPU answered`);
  const preference = taken === 'high-performance' ? 'low-power' : 'high-performance';
  const other = await gpu.requestAdapter({ powerPreference: preference });
  if (other && describe(other.info) !== description) {
    notes.push(`${describe(other.info)} is the ${preference} adapter, ${taken} was asked for`);
  }
  if (!adapter.features.has('timestamp-query')) notes.push('no timestamp-query: kernels cannot be timed on the device');
  return notes;
}
