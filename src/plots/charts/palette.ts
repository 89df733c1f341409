/** The colours of a plot: one accent for the main result, red for mistakes only. */
export interface Palette {
  /** Background; null for that of the page. */
  paper: string | null;
  ink: string;
  muted: string;
  line: string;
  accent: string;
  onAccent: string;
  wrong: string;
  /** Additional hues, for the classes that a plot highlights. */
  hues: readonly string[];
}

export const THEMES = ['light', 'dark', 'page'] as const;

/**
 * `light` and `dark` are self-contained; `page` takes its colours from custom properties of the surrounding page.
 */
export type Theme = (typeof THEMES)[number];

const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#1c1e22',
  muted: '#686d76',
  line: '#e3e5e9',
  accent: '#2257d4',
  onAccent: '#ffffff',
  wrong: '#c7312b',
  hues: ['#c7312b', '#b26a00', '#7a3fb8'],
};

const DARK: Palette = {
  paper: '#15171b',
  ink: '#e9ebee',
  muted: '#989ea8',
  line: '#2d3138',
  accent: '#7ea6ff',
  onAccent: '#0d1526',
  wrong: '#ff7a70',
  hues: ['#ff7a70', '#e2a13b', '#bd93f2'],
};

const PAGE: Palette = {
  paper: null,
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  onAccent: 'var(--on-accent)',
  wrong: 'var(--wrong)',
  hues: ['var(--hue-1)', 'var(--hue-2)', 'var(--hue-3)'],
};

const PALETTES: Record<Theme, Palette> = { light: LIGHT, dark: DARK, page: PAGE };

/** Return the colours of a theme. */
export function palette(theme: Theme = 'light'): Palette {
  return PALETTES[theme];
}

/** Return the custom properties of the theme `page` as declarations of a style sheet. */
export function paletteProperties(theme: 'light' | 'dark'): string {
  const { paper, hues, onAccent, ...rest } = PALETTES[theme];
  const named = { paper, 'on-accent': onAccent, ...rest };
  const all = [...Object.entries(named), ...hues.map((hue, index) => [`hue-${index + 1}`, hue])];
  return all.map(([name, colour]) => `--${name}:${colour}`).join(';');
}

/** The system's interface font, which needs no download. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
