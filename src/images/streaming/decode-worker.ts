// The script of a decoding thread. scripts/embed-decode-worker.ts bundles it to text.
import { type PixelForm, toPixels } from './to-pixels.js';

/** An image to decode. */
export interface DecodeRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly form: PixelForm;
}

/** Its pixels, or the message of its error. */
export type DecodeAnswer =
  | { readonly id: number; readonly pixels: Uint8Array }
  | { readonly id: number; readonly message: string };

interface Port {
  postMessage(answer: DecodeAnswer, transfer?: ArrayBuffer[]): void;
}

async function answer({ id, bytes, name, form }: DecodeRequest, port: Port): Promise<void> {
  try {
    const pixels = await toPixels(bytes, name, form);
    port.postMessage({ id, pixels }, [pixels.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ id, message: (error as Error).message });
  }
}

type NodePort = Port & { on(event: 'message', listener: (request: DecodeRequest) => void): void };

const { process } = globalThis as { process?: { getBuiltinModule?(name: string): { parentPort: NodePort } } };
const threads = process?.getBuiltinModule?.('node:worker_threads');
if (threads) {
  const { parentPort } = threads;
  parentPort.on('message', (request) => void answer(request, parentPort));
} else {
  const page = globalThis as unknown as Port;
  globalThis.onmessage = ({ data }: MessageEvent<DecodeRequest>) => void answer(data, page);
}
