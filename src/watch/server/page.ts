import { FONT, paletteProperties } from '../../plots/charts/palette.js';
import { script, style } from '../generated/page.js';

/** The colours and the font of the report and the plots. */
const COLOURS = `:root{${paletteProperties('light')};--font:${FONT}}
@media (prefers-color-scheme:dark){:root{${paletteProperties('dark')}}}
`;

/** The page as one file. @param nonce lets its own script and style in, and nothing else */
export const pageOf = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>nabla</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${COLOURS}${style}</style>
</head>
<body>
<div id="page"><p class="wait">Reading the runs …</p></div>
<script nonce="${nonce}" type="module">${script}</script>
</body>
</html>
`;
