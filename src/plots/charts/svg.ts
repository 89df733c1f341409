import { type Given, oneOf } from '../../base/options.js';
import { FONT, palette, THEMES, type Theme } from './palette.js';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escape text for elements and quoted attributes of XML and HTML; characters that XML forbids are dropped. */
export function escapeText(text: unknown): string {
  const allowed = String(text).replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu, '');
  return allowed.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Attributes of an element; those without a value are omitted. */
export type Attributes = Record<string, string | number | undefined>;

/** Return an element. `content` is markup: text in it must be escaped. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value)}"`)
    .join('');
  return content ? `<${name}${written}>${content}</${name}>` : `<${name}${written}/>`;
}

/** Return a text element. */
export function text(content: unknown, attributes: Attributes): string {
  return element('text', attributes, escapeText(content));
}

const round = (value: number) => Number(value.toFixed(2));

export const PLOT_OPTIONS = {
  /** Colours; default `light`. */
  theme: oneOf(THEMES).default('light'),
};

/** Options of every plot. */
export type PlotOptions = Given<typeof PLOT_OPTIONS>;

/** Margin around a standalone picture; a page has its own margins. */
const PADDING = 20;

/** Return a complete picture, which scales down with its container and has a label for screen readers. */
export function svgDocument(width: number, height: number, label: string, content: string, theme?: Theme): string {
  const { paper } = palette(theme);
  const padding = paper === null ? 0 : PADDING;
  const box = { x: -padding, y: -padding, width: round(width + 2 * padding), height: round(height + 2 * padding) };
  const background = paper === null ? '' : element('rect', { ...box, fill: paper });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: box.width,
      height: box.height,
      viewBox: Object.values(box).join(' '),
      role: 'img',
      'aria-label': label,
      'font-family': FONT,
    },
    background + content,
  );
}

/** Estimate the width of a text in pixels, for margins; without a DOM it cannot be measured. */
export function textWidth(content: string, fontSize: number): number {
  return content.length * fontSize * 0.56;
}

/** Shorten a text to a width, with an ellipsis. */
export function shorten(content: string, fontSize: number, width: number): string {
  const room = Math.max(2, Math.floor(width / (fontSize * 0.56)));
  return content.length <= room ? content : `${content.slice(0, room - 1)}…`;
}
