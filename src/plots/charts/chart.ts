import { type EChartsCoreOption, init } from './echarts.js';
import type { Theme } from './palette.js';
import { svgDocument } from './svg.js';

/** A chart and its size. */
export interface Chart {
  width: number;
  height: number;
  /** Description of the picture, for screen readers. */
  label: string;
  theme?: Theme;
  /** Additional SVG to draw over the chart. */
  overlay?: string;
  option: EChartsCoreOption;
}

/**
 * Render a chart with ECharts as SVG, without a DOM.
 * ECharts counts ids per process and adds CSS rules for the pointer; both are removed, so that the
 * same chart always gives the same bytes, and two charts on a page do not share ids.
 */
export function renderChart({ width, height, label, theme, overlay = '', option }: Chart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, ...option });
    const drawn = chart.renderToSVGString();
    const content = drawn
      .slice(drawn.indexOf('>') + 1, drawn.lastIndexOf('</svg>'))
      .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
      .replace(/ (class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|xml:space="preserve"|pointer-events="visible")/g, '')
      .replace(/font-family:[^;"]*;/g, '')
      .replace(/^<rect [^>]*fill="none"><\/rect>/, '')
      .replace(/\n+/g, '\n')
      .trim();
    return svgDocument(width, height, label, ownIds(content) + overlay, theme);
  } finally {
    chart.dispose();
  }
}

/** Derive ids from the content, so that they are equal only in equal pictures. */
function ownIds(content: string): string {
  const plain = content.replace(/\bzr\d+-/g, 'zr-');
  let hash = 0x811c9dc5;
  for (let i = 0; i < plain.length; i++) hash = Math.imul(hash ^ plain.charCodeAt(i), 0x01000193);
  return plain.replaceAll('zr-', `c${(hash >>> 0).toString(36)}-`);
}
