import { expect, note, report } from './report.js';

/* The page of examples/web-worker, until it has an accuracy. */

document.body.innerHTML = '<p id="status"></p>';

void report(async () => {
  await import('../../../examples/web-worker/page.js');
  const { textContent } = await new Promise<Element>((resolve) => {
    const status = document.querySelector('#status')!;
    const timer = setInterval(() => {
      if (!status.textContent?.includes('accuracy')) return;
      clearInterval(timer);
      resolve(status);
    }, 100);
  });
  expect('accuracy', Number(/accuracy (\d\.\d+)/.exec(textContent!)?.[1]) > 0.9, textContent);
  note(textContent!);
});
