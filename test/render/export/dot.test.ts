import { spawnSync } from 'node:child_process';
import { parse } from '@ts-graphviz/ast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/domain/query.ts';
import { escapeDot, exportDot } from '../../../src/render/export/dot.ts';
import { safeLine } from '../../../src/render/terminal-text.ts';
import { edgesWithin, hostileRows, idOf, rowOf } from '../rows.ts';

const textOf = (rows: readonly Row[]): string => [...exportDot(rows)].join('');
const id = (name: string): string => idOf(Number(name.slice(1)));

/** What Graphviz shows of a label. The parser has taken the quotes' own escape away already. */
const visible = (label: string): string => label.replaceAll('\\\\', '\\').replaceAll('&amp;', '&');

function read(text: string) {
  const graph = parse(text).children.find((child) => child.type === 'Graph')!;
  const nodes = graph.children.flatMap((child) => {
    if (child.type !== 'Node') return [];
    const attributes = child.children.flatMap((attribute) =>
      attribute.type === 'Attribute' ? [[attribute.key.value, attribute.value.value] as const] : [],
    );
    return [{ name: child.id.value, attributes: Object.fromEntries(attributes) }];
  });
  const edges = graph.children.flatMap((child) =>
    child.type === 'Edge'
      ? [child.targets.map((target) => (target.type === 'NodeRef' ? target.id.value : ''))]
      : [],
  );
  return { nodes, edges };
}

describe('exportDot', () => {
  it('draws an arrow from what is needed to what needs it, with a colour for the state', () => {
    const { nodes, edges } = read(
      textOf([
        rowOf(1, { title: 'Login "page"', state: 'done' }),
        rowOf(2, { title: 'Session', state: 'ready', dependencies: [idOf(1), idOf(9)] }),
      ]),
    );
    expect(nodes.map(({ name, attributes }) => [name, attributes.label, attributes.class])).toEqual([
      ['i00000001', 'Login "page"', 'done'],
      ['i00000002', 'Session', 'ready'],
    ]);
    expect(nodes[0]!.attributes.fillcolor).not.toBe(nodes[1]!.attributes.fillcolor);
    expect(edges).toEqual([['i00000001', 'i00000002']]);
  });

  it.each([
    ['a\\', 'a\\\\'],
    ['a\\"b', 'a\\\\\\"b'],
    ['\\N &lt;', '\\\\N &amp;lt;'],
    ['<b>x</b>', '<b>x</b>'],
    ['two\nlines', 'two\\\\nlines'],
  ])('escapes %j', (title, expected) => {
    expect(escapeDot(title)).toBe(expected);
  });

  it('shows every hostile title as it is', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(hostileRows(25), (rows) => {
        const { nodes, edges } = read(textOf(rows));
        expect(
          nodes.map(({ name, attributes }) => [id(name), visible(attributes.label!), attributes.class]),
        ).toEqual(rows.map(({ issue, state }) => [issue.id, safeLine(issue.title), state]));
        expect(edges.map(([needed, dependent]) => `${id(needed!)}>${id(dependent!)}`).sort()).toEqual(
          edgesWithin(rows),
        );
      }),
      { numRuns: 200 },
    );
  });
});

const hasGraphviz = spawnSync('dot', ['-V']).status === 0;

describe.skipIf(!hasGraphviz)(
  `exportDot, drawn by Graphviz${hasGraphviz ? '' : ' (skipped: dot is not installed)'}`,
  () => {
    it('draws every issue with its title', { timeout: 120_000 }, () => {
      fc.assert(
        fc.property(hostileRows(12), (rows) => {
          const { status, stdout, stderr } = spawnSync('dot', ['-Tsvg'], {
            input: textOf(rows),
            encoding: 'utf8',
          });
          expect([status, stderr]).toEqual([0, '']);
          const shown = [...stdout.matchAll(/<g id="node\d+"[\s\S]*?<\/g>\n<\/g>/g)].map(([node]) =>
            [...node.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => plain(text!)).join('\n'),
          );
          expect(shown.sort()).toEqual(
            rows.map(({ issue }) => plain(escapeXml(safeLine(issue.title)))).sort(),
          );
          expect(stdout.match(/class="edge"/g)?.length ?? 0).toBe(edgesWithin(rows).length);
        }),
        { numRuns: 60 },
      );
    });
  },
);

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Graphviz writes spaces, hyphens and quotes as entities in SVG. */
const plain = (svg: string): string =>
  svg
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('\u00a0', ' ')
    .trim();
