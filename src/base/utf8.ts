interface Coders {
  readonly TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  readonly TextDecoder: new () => { decode(bytes: Uint8Array): string };
}

/** Every platform has these classes, except the jsdom that Jest runs tests in; Node's own are taken there. */
const coders = (): Coders =>
  typeof TextEncoder === 'function' ? (globalThis as Coders) : (process.getBuiltinModule('node:util') as Coders);

/** Return text as UTF-8. */
export const encodeText = (text: string): Uint8Array<ArrayBuffer> => {
  const { TextEncoder } = coders();
  return new TextEncoder().encode(text);
};

/** Return the text of UTF-8; bytes that are not UTF-8 become U+FFFD. */
export const decodeText = (bytes: Uint8Array): string => {
  const { TextDecoder } = coders();
  return new TextDecoder().decode(bytes);
};
