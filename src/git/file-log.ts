import { answerOf } from './objects.ts';
import type { Repository } from './repository.ts';

/** A commit that changed a file. */
export interface FileCommit {
  readonly oid: string;
  /** How many commits it follows; two or more: a merge, whose file is none of theirs. */
  readonly parents: number;
  /** When it was made: milliseconds since 1970. */
  readonly time: number;
  readonly author: string;
  readonly subject: string;
}

const FORM = ['%H', '%P', '%ct', '%an', '%s'].join('%x1f');

/**
 * The commits before HEAD that changed a file, the oldest first. Of branches that were merged those are left out that had no part in
 * the file as it is. Empty before the first commit.
 */
export async function listFileCommits(repository: Repository, path: string): Promise<readonly FileCommit[]> {
  const args = ['log', '--topo-order', '--reverse', '--no-show-signature', '--no-color', '--no-notes', '-z'];
  const printed = await answerOf(repository, [...args, `--format=${FORM}`, 'HEAD', '--', path]);
  return printed.split('\0').flatMap((line): readonly FileCommit[] => {
    const [oid, parents, time, author, ...subject] = line.replace(/^\n/, '').split('\x1f');
    if (author === undefined) return [];
    return [
      {
        oid: oid!,
        parents: parents === '' ? 0 : parents!.split(' ').length,
        time: Number(time) * 1000,
        author,
        subject: subject.join(' '),
      },
    ];
  });
}
