import ts from 'typescript';

/** A fenced block of code on a page of docs. */
export interface Block {
  /** What follows the fence: `ts`, `ts src/file.ts`, `typescript`, … */
  readonly info: string;
  readonly code: string;
  /** Of the page, from 1. */
  readonly line: number;
}

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (const match of text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    blocks.push({ info: match[1].trim(), code: match[2], line: text.slice(0, match.index).split('\n').length });
  }
  return blocks;
}

/** The output that code promises: comments after console.log or print, and the comment lines that follow. */
export function promisedOutput(code: string): string[] {
  const promised: string[] = [];
  let open = false;
  for (const line of code.split('\n')) {
    const printed = /(?:console\.log|\.print)\(.*\);(?:\s*\/\/ ?(.*))?$/.exec(line);
    const continued: RegExpExecArray | null = open ? /^\s*\/\/ ?(.*)$/.exec(line) : null;
    const text: string | undefined = printed ? printed[1] : continued?.[1];
    if (text !== undefined) promised.push(text);
    open = printed !== null || continued !== null;
  }
  return promised;
}

const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => (...args: unknown[]) => Promise<void>;

/**
 * Run code and return the lines that it prints.
 * @param modules by the names under which the code imports them
 * @param format how the arguments of a `console.log` become text
 */
export async function outputOf(
  code: string,
  modules: Readonly<Record<string, object>>,
  format: (...values: unknown[]) => string,
): Promise<string[]> {
  const plain = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const body = plain.outputText
    .replace(/import (\{[^}]*\}) from '([^']+)';/g, (_, names, from) => `const ${names} = modules['${from}'];`)
    .replace(/^export \{\};$/m, '');
  const printed: string[] = [];
  const log = console.log;
  // `print()` of tensors and tables writes to the global console.
  console.log = (...values: unknown[]) => void printed.push(...format(...values).split('\n'));
  try {
    await new AsyncFunction('modules', body)(modules);
  } finally {
    console.log = log;
  }
  return printed;
}
