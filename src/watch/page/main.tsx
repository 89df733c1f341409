import { render } from 'preact';
import { App } from './parts/app.js';
import { Store } from './state/store.js';

const place = document.getElementById('page')!;
const token = new URLSearchParams(location.search).get('token') ?? '';

place.textContent = '';
const store = new Store(token, draw);

function draw(): void {
  render(<App store={store} version={store.version} />, place);
}

draw();
// Times that pass, such as "saved 12 s ago".
setInterval(draw, 1000);
