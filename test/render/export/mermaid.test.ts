import DOMPurify from 'dompurify';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../../src/domain/query.ts';
import { escapeMermaid, exportMermaid } from '../../../src/render/export/mermaid.ts';
import { safeLine } from '../../../src/render/terminal-text.ts';
import { chainOf, edgesWithin, hostileRows, idOf, rowOf } from '../rows.ts';

interface Drawn {
  readonly nodes: readonly {
    readonly id: string;
    readonly text: string;
    readonly classes: readonly string[];
    readonly link?: string;
  }[];
  readonly edges: readonly { readonly start: string; readonly end: string }[];
  readonly subgraphs: readonly unknown[];
}

let draw: (text: string) => Promise<Drawn>;

beforeAll(async () => {
  // Mermaid purifies labels while it parses, and DOMPurify needs a browser for that. Without one it has
  // no such functions; letting everything pass is the harder test, since nothing is cleaned up for us.
  Object.assign(DOMPurify, { sanitize: (text: string) => text, addHook: () => undefined });
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize({ startOnLoad: false, maxEdges: 1_000_000, maxTextSize: 1_000_000_000 });
  draw = async (text) => {
    const verdict = await mermaid.parse(text);
    expect(verdict).toEqual({ diagramType: 'flowchart-v2', config: {} });
    const { db } = (await mermaid.mermaidAPI.getDiagramFromText(text)) as unknown as {
      db: {
        getVertices(): Map<string, Drawn['nodes'][number]>;
        getEdges(): Drawn['edges'];
        getSubGraphs(): unknown[];
      };
    };
    return { nodes: [...db.getVertices().values()], edges: db.getEdges(), subgraphs: db.getSubGraphs() };
  };
});

/** What a browser shows of a label: Mermaid's marks are entities, and an entity is its character. */
const visible = (label: string): string =>
  label.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)));

const textOf = (rows: readonly Row[]): string => [...exportMermaid(rows)].join('');

describe('exportMermaid', () => {
  it('draws an arrow from what is needed to what needs it, with a class for the state', async () => {
    const rows = [
      rowOf(1, { title: 'Login "page"', state: 'done' }),
      rowOf(2, { title: 'Session; 50%', state: 'in_progress', dependencies: [idOf(1)] }),
    ];
    const text = textOf(rows);
    expect(text).toContain('%% An arrow leads from an issue to the issues that need it.\n');
    expect(text).toContain('  i00000001["Login #34;page#34;"]:::done\n');
    expect(text).toContain('  i00000002["Session#59; 50#37;"]:::in_progress\n');
    expect(text).toContain('  i00000001 --> i00000002\n');
    const { nodes, edges } = await draw(text);
    expect(nodes.map(({ id, classes }) => [id, ...classes])).toEqual([
      ['i00000001', 'done'],
      ['i00000002', 'in_progress'],
    ]);
    expect(edges).toMatchObject([{ start: 'i00000001', end: 'i00000002' }]);
  });

  it('leaves out edges that lead out of the extract', async () => {
    const { nodes, edges } = await draw(textOf([rowOf(2, { dependencies: [idOf(1)] })]));
    expect([nodes.length, edges.length]).toEqual([1, 0]);
  });

  it('names nodes by their full ids where refs are the same', async () => {
    const twin = rowOf(1);
    const other = { ...twin, issue: { ...twin.issue, id: `01JDXOTHER00000000${twin.issue.id.slice(-8)}` } };
    const { nodes } = await draw(textOf([twin, other]));
    expect(nodes.map(({ id }) => id).sort()).toEqual([`i${other.issue.id}`, `i${twin.issue.id}`].sort());
  });

  it('is accepted when empty', async () => {
    expect((await draw(textOf([]))).nodes).toEqual([]);
  });

  it('says when Mermaid draws it only with a higher maxEdges', () => {
    expect(textOf(chainOf(501))).not.toContain('maxEdges');
    expect(textOf(chainOf(502))).toContain('%% 501 arrows: Mermaid draws more than 500 only');
  });

  it.each([
    ['1. list', '1#46; list'],
    ['- list', '#45; list'],
    [' edge ', '#32;edge#32;'],
    ['a_b*c`d', 'a#95;b#42;c#96;d'],
    ['back\\nslash', 'back#92;nslash'],
    ['fa:fa-car', 'fa#58;fa-car'],
    ['v1.2 (beta), ok?', 'v1.2 (beta), ok?'],
  ])('escapes %j', (title, expected) => {
    expect(escapeMermaid(title)).toBe(expected);
  });

  it('shows every hostile title as it is, in graphs that Mermaid accepts', { timeout: 120_000 }, async () => {
    let titles = 0;
    await fc.assert(
      fc.asyncProperty(hostileRows(25), async (rows) => {
        titles += rows.length;
        const { nodes, edges, subgraphs } = await draw(textOf(rows));
        const id = (name: string): string => idOf(Number(name.slice(1)));
        expect(nodes.map((node) => [id(node.id), visible(node.text), node.classes, node.link])).toEqual(
          rows.map(({ issue, state }) => [issue.id, safeLine(issue.title), [state], undefined]),
        );
        expect(edges.map(({ start, end }) => `${id(start)}>${id(end)}`).sort()).toEqual(edgesWithin(rows));
        expect(subgraphs).toEqual([]);
      }),
      { numRuns: 450 },
    );
    expect(titles).toBeGreaterThanOrEqual(5000);
  });
});
