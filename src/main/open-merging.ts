import type { Place } from '../cli/context.ts';
import { JitError } from '../domain/errors.ts';
import { explained } from '../domain/violations.ts';
import type { Merging } from '../operations/merging.ts';
import type { Host } from './host.ts';
import { type MergeRoom, mergeRoom } from './merging.ts';
import { trackedAt } from './open-facts.ts';
import { redoMerge } from './redo-merge.ts';
import { resolveMerge } from './resolve-merge.ts';

type From = Pick<Host, 'env' | 'cwd' | 'digest'>;

/** Finishes merges of the store at a place. Throws GIT where it is in no work tree of a repository. */
export function openMerging(host: From, place: Place): Merging {
  const room = roomAt(host, place);
  if (room === null) {
    throw new JitError('GIT', 'the store is in no git repository, so git has merged nothing of it', {
      details: { dir: place.dir },
      hint: 'git init, and commit .jit',
    });
  }
  // What is invalid is named; nothing is written before that is settled.
  return {
    resolve: (apply) => explained(() => resolveMerge(room, apply)),
    redo: (commit) => explained(() => redoMerge(room, commit)),
  };
}

function roomAt({ env, cwd, digest }: From, place: Place): MergeRoom | null {
  const tracked = trackedAt(place);
  return tracked === null ? null : mergeRoom(tracked, digest, env, cwd);
}
