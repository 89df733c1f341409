import { FONT, paletteProperties } from '../charts/palette.js';

/** The style sheet of the report: one column, one accent colour, numbers that line up. */
export const REPORT_STYLE = `
:root{color-scheme:light dark;${paletteProperties('light')};--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
@media (prefers-color-scheme:dark){:root{${paletteProperties('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.55 ${FONT};font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:56px 32px 40px}
h1{margin:0;font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{margin:0 0 18px;font-size:17px;line-height:1.3;font-weight:620;letter-spacing:-.006em}
section{margin-top:52px}
.subtitle{margin:6px 0 0;color:var(--muted)}
.note{margin:-12px 0 16px;color:var(--muted);font-size:13.5px}
.right{color:var(--accent);font-weight:600}.wrong{color:var(--wrong)}.note .wrong{font-weight:600}.muted{color:var(--muted)}
.figures{display:flex;flex-wrap:wrap;gap:20px 44px;margin:30px 0 0;padding:22px 0;border:solid var(--line);border-width:1px 0}
.figures div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--muted);font-size:13px}
.figures dd{margin:0;font-size:27px;line-height:1.25;font-weight:600;letter-spacing:-.015em}
.figures div:first-child dd{color:var(--accent)}
.figures .note{display:inline;margin:0 0 0 8px;font-size:13px;font-weight:400;letter-spacing:0}
figure{margin:0}
svg{display:block;max-width:100%;height:auto}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(86px,1fr));gap:14px 10px}
.pictures figure{text-align:center;font-size:12px;line-height:1.35;overflow-wrap:anywhere;color:var(--accent)}.pictures .right{font-weight:400}.pictures .wrong{color:var(--wrong)}
.pictures img{display:block;width:72px;height:72px;margin:0 auto 5px;object-fit:contain;border-radius:3px;outline:1px solid var(--line)}.pictures .wrong img{outline:2px solid var(--wrong)}
.pixels{image-rendering:pixelated}.scroll>svg{max-width:none}
details{margin-top:18px}summary{cursor:pointer;color:var(--muted);font-size:14px}details[open]>summary{margin-bottom:12px}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:28px 40px}
.beside,.stacked{display:grid;grid-template-columns:minmax(0,1fr);gap:32px 48px;align-items:start}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(340px,100%),1fr));gap:0 56px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px}
caption{padding-bottom:8px;text-align:left;font-weight:600}
th,td{padding:6px 18px 6px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:12.5px;font-weight:500}
.number{text-align:right}
.classes{width:100%}.classes td:first-child{white-space:nowrap}
.share{--gap:28px;position:relative;width:21%;min-width:120px}
.bar{position:absolute;left:0;bottom:5px;height:3px;border-radius:2px;background:var(--accent);opacity:.75}
.share .value{position:relative;top:-2px}
tfoot td{border-bottom:0;font-weight:600}
.values{width:100%}.values th{width:38%;color:var(--muted);font-weight:400}.values td{overflow-wrap:anywhere}
pre{margin:0;padding:18px 20px;overflow-x:auto;border:1px solid var(--line);border-radius:8px;font:12.5px/1.5 var(--mono)}
footer{margin-top:56px;padding-top:18px;border-top:1px solid var(--line);color:var(--muted);font-size:13px}
@media (min-width:1000px){.beside:has(.mistakes){grid-template-columns:minmax(0,1fr) auto}}
@media (max-width:640px){main{padding:32px 18px}h1{font-size:24px}th,td{padding-right:12px}.share{min-width:74px}section{margin-top:40px}.pictures{grid-template-columns:repeat(auto-fill,minmax(62px,1fr))}.pictures img{width:56px;height:56px}.figures{gap:16px 28px}.figures dd{font-size:22px}}
@media print{
:root{${paletteProperties('light')}}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}
section{margin-top:26pt}h2,.note{break-after:avoid}.mistakes{break-inside:avoid}.panels{grid-template-columns:1fr 1fr;gap:16pt}figure,.panel,tr,.figures{break-inside:avoid}pre{overflow:visible;font-size:8pt;white-space:pre-wrap}
}
`;
