/** An element of a parsed document. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: (XmlElement | string)[];
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const decode = (text: string) =>
  text.replace(/&([^;\s]*);?/g, (whole, name) => {
    if (!(name in ENTITIES) || !whole.endsWith(';')) throw new Error(`bad entity ${whole}`);
    return ENTITIES[name];
  });

/** Parses the XML that plots are made of; throws where it is not well-formed. */
export function parseXml(source: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [] };
  const open = [root];
  const token = /<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (!match) throw new Error(`not well-formed at ${at}: ${source.slice(at, at + 60)}`);
    const [, closed, opened, attributes, empty, text] = match;
    const parent = open[open.length - 1];
    if (text !== undefined) parent.children.push(decode(text));
    else if (closed !== undefined) {
      if (open.pop()?.name !== closed) throw new Error(`</${closed}> at ${at} closes nothing`);
    } else {
      const element: XmlElement = { name: opened, attributes: {}, children: [] };
      for (const [, name, value] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
        if (name in element.attributes) throw new Error(`${name} twice at ${at}`);
        element.attributes[name] = decode(value);
      }
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open[open.length - 1].name}> is never closed`);
  const elements = root.children.filter((child) => typeof child !== 'string');
  if (elements.length !== 1) throw new Error(`${elements.length} root elements`);
  return elements[0];
}

/** All elements of a name, in document order. */
export function all(element: XmlElement, name: string): XmlElement[] {
  const below = element.children.flatMap((child) => (typeof child === 'string' ? [] : all(child, name)));
  return element.name === name ? [element, ...below] : below;
}

/** The text inside an element. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** Texts of all `text` elements. */
export const texts = (svg: XmlElement) => all(svg, 'text').map(textOf);
