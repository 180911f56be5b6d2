import { type Check, conclude, type Finding, fault, warn } from './check.ts';

export interface FileSystemFacts {
  /** What is kept there. */
  readonly what: 'store' | 'leases';
  readonly path: string;
  /** The kind as the system names it, for example `ext4` or `nfs4`; null where it does not say. */
  readonly type: string | null;
  /** Where it is mounted; null where that is not known. */
  readonly mount: string | null;
  /** Whether hard links can be made: commits and leases are made by them. */
  readonly links: LinkProbe;
}

/** `refused`: files can be made, links cannot. `unwritable`: not even files; the code is the system's. */
export type LinkProbe =
  | { readonly result: 'work' }
  | { readonly result: 'refused' | 'unwritable'; readonly code: string };

/** Kinds that other machines may share: what one machine writes, another may see late. */
const NETWORK = new Set([
  ...['nfs', 'nfs4', 'cifs', 'smb2', 'smb3', 'smbfs', '9p', 'afs', 'ncpfs', 'coda', 'webdav', 'afpfs'],
  ...['ceph', 'glusterfs', 'lustre', 'gpfs', 'beegfs', 'orangefs', 'pvfs2', 'gfs2', 'ocfs2', 'panfs'],
  ...['virtiofs', 'vboxsf', 'vmhgfs', 'prl_fs', 'drvfs', 'fakeowner', 'osxfs', 'grpcfuse'],
]);

/** Kinds of FUSE that stand for a disk of this machine. */
const LOCAL_FUSE = new Set(['fuse.fuse-overlayfs', 'fuseblk', 'fuse.ntfs', 'fuse.bindfs']);

const VANISHING = new Set(['tmpfs', 'ramfs']);

/** How far a kind of file system can be relied on. */
export function natureOf(type: string | null): 'local' | 'network' | 'fuse' | 'memory' | 'unknown' {
  if (type === null) return 'unknown';
  if (NETWORK.has(type)) return 'network';
  if (VANISHING.has(type)) return 'memory';
  if (LOCAL_FUSE.has(type)) return 'local';
  if (type === 'fuse' || type.startsWith('fuse.')) return 'fuse';
  return 'local';
}

export function checkFileSystems(places: readonly FileSystemFacts[]): Check {
  const findings = places.flatMap(judgePlace);
  const message = places.map(({ what, type }) => `${what} on ${type ?? 'an unknown kind'}`).join(', ');
  const details = { places: places.map((place) => ({ ...place, nature: natureOf(place.type) })) };
  return conclude('filesystem', message, findings, details);
}

function judgePlace({ what, path, type, links }: FileSystemFacts): readonly Finding[] {
  const findings: Finding[] = [];
  const nature = natureOf(type);
  const place = `${what === 'store' ? 'the store' : 'the directory of leases'} (${path})`;
  if (links.result === 'unwritable') findings.push(fault(`${place} cannot be written: ${links.code}`));
  if (links.result === 'refused') {
    findings.push(
      fault(
        `${place} is on a file system without hard links (${type ?? 'unknown'}, ${links.code}): move it elsewhere`,
      ),
    );
  }
  if (nature === 'network' || nature === 'fuse') {
    findings.push(
      warn(
        `${place} is on ${type}, which other machines may share: claims between machines are best effort there`,
      ),
    );
  }
  if (nature === 'memory') findings.push(warn(`${place} is on ${type}: it is gone after a reboot`));
  return findings;
}
