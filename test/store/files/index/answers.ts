import { type Graph, neighbours } from '../../../../src/domain/graph.ts';
import type { Store } from '../../../../src/store/store.ts';
import { briefsIn, headsIn } from '../../../support/heads.ts';

/** A graph as plain data. */
export const tellGraph = (graph: Graph) => ({
  ids: Array.from({ length: graph.size }, (_, node) => graph.idOf(node)),
  needs: Array.from({ length: graph.size }, (_, node) => [...neighbours(graph.needs, node)]),
  neededBy: Array.from({ length: graph.size }, (_, node) => [...neighbours(graph.neededBy, node)]),
  satisfied: [...graph.satisfied],
  open: [...graph.open],
  dangling: graph.dangling,
});

/** What a store answers to every question about all issues at once. */
export const answersOf = (store: Store): Promise<unknown> =>
  store.read(async (view) => {
    const ids = await view.ids();
    return {
      ids,
      all: headsIn(await view.select({ where: { op: 'all' }, sort: ['id'] })),
      ready: headsIn(await view.select({ where: { op: 'state', in: ['ready'] } })),
      blocked: headsIn(await view.select({ where: { op: 'is', what: 'blocked' }, sort: ['-title'] })),
      list: briefsIn(await view.list({ where: { op: 'is', what: 'open' } })),
      dependents: await Promise.all(ids.map((id) => view.dependents(id))),
      graph: tellGraph(await view.graph()),
      tombstones: await view.tombstones(),
      problems: view.problems(),
    };
  });
