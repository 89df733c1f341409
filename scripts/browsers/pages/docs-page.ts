import { check, report } from './report.js';

/* What the script of docs/browsers.md has left in the title. */

void report(async () => {
  check('the title', document.title, '7,11,9,13');
});
