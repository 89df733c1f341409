import { useEffect, useRef } from 'preact/hooks';
import type { ShownRun } from './app.js';
import { clock } from './format.js';

/** The lines of a run, the newest at the end and in sight, unless somebody reads further up. */
export function Log({ shown: { run, facts }, isOne }: { shown: ShownRun; isOne: boolean }) {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  const count = run.log.length;
  const last = run.log.at(-1)?.at;
  useEffect(() => {
    const node = list.current!;
    if (isAtEnd.current) node.scrollTop = node.scrollHeight;
  }, [count, last]);
  return (
    <section>
      <h2>Log{!isOne && <span class="of">{facts.name}</span>}</h2>
      <ol
        class="log"
        ref={list}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls can be reached by the keyboard
        tabIndex={0}
        aria-label="Log"
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          isAtEnd.current = scrollTop + clientHeight > scrollHeight - 8;
        }}
      >
        {run.log.map(({ at, level, text }, index) => (
          <li key={`${at}-${index}`} class={level}>
            <time>{clock(at)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
