import type { Command } from './command.ts';

/** How a command is called, and what loads it: importing this module loads no command. */
export interface Entry {
  /** The words that call it: first its own name, then the other ways. Each equals the declaration's `path` and `aliases`. */
  readonly calls: readonly string[];
  /** Not listed in help: for scripts that jit itself writes. */
  readonly hidden?: true;
  load(): Promise<Command>;
}

/**
 * Every command. A new one gets one line here; test/cli/commands.test.ts holds the line and the
 * declaration to each other. The order is that of help.
 */
export const COMMANDS: readonly Entry[] = [
  { calls: ['init'], load: () => import('./init.ts') },
  { calls: ['status'], load: () => import('./status.ts') },
  { calls: ['why'], load: () => import('./why.ts') },
  { calls: ['prime'], load: () => import('./prime.ts') },
  { calls: ['whoami'], load: () => import('./whoami.ts') },
  { calls: ['issue create', 'create', 'new', 'issue new'], load: () => import('./issue/create.ts') },
  { calls: ['issue list', 'list', 'ls', 'issue ls'], load: () => import('./issue/list.ts') },
  { calls: ['issue show', 'show', 'view', 'issue view'], load: () => import('./issue/show.ts') },
  { calls: ['issue update', 'update', 'edit', 'issue edit'], load: () => import('./issue/update.ts') },
  { calls: ['issue claim-next', 'claim-next'], load: () => import('./issue/claim-next.ts') },
  { calls: ['issue claim', 'claim', 'start', 'issue start'], load: () => import('./issue/claim.ts') },
  { calls: ['issue release', 'release'], load: () => import('./issue/release.ts') },
  {
    calls: ['issue complete', 'complete', 'done', 'close', 'issue done', 'issue close'],
    load: () => import('./issue/complete.ts'),
  },
  { calls: ['issue comment', 'comment'], load: () => import('./issue/comment.ts') },
  { calls: ['issue assign', 'assign'], load: () => import('./issue/assign.ts') },
  { calls: ['issue unassign', 'unassign'], load: () => import('./issue/unassign.ts') },
  { calls: ['issue hold', 'hold'], load: () => import('./issue/hold.ts') },
  { calls: ['issue unhold', 'unhold'], load: () => import('./issue/unhold.ts') },
  { calls: ['issue reopen', 'reopen'], load: () => import('./issue/reopen.ts') },
  { calls: ['issue archive', 'archive'], load: () => import('./issue/archive.ts') },
  { calls: ['issue delete', 'delete', 'issue rm'], load: () => import('./issue/delete.ts') },
  { calls: ['lease list', 'lease ls'], load: () => import('./lease/list.ts') },
  { calls: ['lease show', 'issue claim check', 'claim check'], load: () => import('./lease/show.ts') },
  {
    calls: ['lease renew', 'lease heartbeat', 'heartbeat', 'issue claim extend', 'claim extend'],
    load: () => import('./lease/renew.ts'),
  },
  {
    calls: ['lease release', 'issue claim release', 'claim release'],
    load: () => import('./lease/release.ts'),
  },
  { calls: ['lease hold'], load: () => import('./lease/hold.ts') },
  { calls: ['lease expire'], load: () => import('./lease/expire.ts') },
  { calls: ['dep add', 'issue dep add'], load: () => import('./dep/add.ts') },
  { calls: ['dep rm', 'dep remove', 'issue dep rm', 'issue dep remove'], load: () => import('./dep/rm.ts') },
  { calls: ['dep list', 'dep ls', 'issue dep list'], load: () => import('./dep/list.ts') },
  { calls: ['gate define'], load: () => import('./gate/define.ts') },
  { calls: ['gate list', 'gate ls'], load: () => import('./gate/list.ts') },
  { calls: ['gate show'], load: () => import('./gate/show.ts') },
  { calls: ['gate undefine'], load: () => import('./gate/undefine.ts') },
  { calls: ['gate add'], load: () => import('./gate/add.ts') },
  { calls: ['gate drop'], load: () => import('./gate/drop.ts') },
  { calls: ['gate pass'], load: () => import('./gate/pass.ts') },
  { calls: ['gate fail'], load: () => import('./gate/fail.ts') },
  { calls: ['gate status'], load: () => import('./gate/status.ts') },
  { calls: ['graph show'], load: () => import('./graph/show.ts') },
  { calls: ['graph downstream'], load: () => import('./graph/downstream.ts') },
  { calls: ['graph roots'], load: () => import('./graph/roots.ts') },
  { calls: ['graph critical-path'], load: () => import('./graph/critical-path.ts') },
  { calls: ['query ready', 'ready'], load: () => import('./query/ready.ts') },
  { calls: ['query blocked', 'blocked'], load: () => import('./query/blocked.ts') },
  { calls: ['query stalled', 'stalled'], load: () => import('./query/stalled.ts') },
  { calls: ['query mine', 'mine'], load: () => import('./query/mine.ts') },
  { calls: ['query assignee'], load: () => import('./query/assignee.ts') },
  { calls: ['query state'], load: () => import('./query/state.ts') },
  { calls: ['query priority'], load: () => import('./query/priority.ts') },
  { calls: ['events tail', 'events'], load: () => import('./events/tail.ts') },
  { calls: ['events query'], load: () => import('./events/query.ts') },
  { calls: ['diff'], load: () => import('./diff.ts') },
  { calls: ['log'], load: () => import('./log.ts') },
  { calls: ['merge'], load: () => import('./merge.ts') },
  { calls: ['export'], load: () => import('./export.ts') },
  { calls: ['validate'], load: () => import('./validate.ts') },
  { calls: ['doctor'], load: () => import('./doctor.ts') },
  { calls: ['gc'], load: () => import('./gc.ts') },
  { calls: ['git setup'], load: () => import('./git/setup.ts') },
  { calls: ['git unsetup'], load: () => import('./git/unsetup.ts') },
  { calls: ['git hook'], load: () => import('./git/hook.ts') },
  { calls: ['git textconv'], load: () => import('./git/textconv.ts') },
  { calls: ['git merge-driver'], load: () => import('./git/merge-driver.ts') },
  { calls: ['config show'], load: () => import('./config/show.ts') },
  { calls: ['config get'], load: () => import('./config/get.ts') },
  { calls: ['config set'], load: () => import('./config/set.ts') },
  { calls: ['config agent show'], load: () => import('./config/agent/show.ts') },
  { calls: ['config agent set-id'], load: () => import('./config/agent/set-id.ts') },
  { calls: ['config agent set-type'], load: () => import('./config/agent/set-type.ts') },
  { calls: ['schema'], load: () => import('./schema.ts') },
  { calls: ['completion'], load: () => import('./completion.ts') },
  { calls: ['completion candidates'], hidden: true, load: () => import('./completion/candidates.ts') },
  { calls: ['demo'], load: () => import('./demo.ts') },
  { calls: ['demo worker'], hidden: true, load: () => import('./demo/worker.ts') },
  { calls: ['version'], load: () => import('./version.ts') },
];

/** Forms that look right and are refused, because they could mean two things; each with what to type instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  next: 'jit claim-next takes the next issue; jit ready shows what it would choose from',
  'issue next': 'jit issue claim-next takes the next issue',
  'issue claim next': 'jit issue claim-next takes the next issue; jit issue claim ID takes a named one',
  'claim next': 'jit claim-next takes the next issue; jit claim ID takes a named one',
};
