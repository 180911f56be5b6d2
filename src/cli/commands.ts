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
  { calls: ['whoami'], load: () => import('./whoami.ts') },
  { calls: ['schema'], load: () => import('./schema.ts') },
  { calls: ['completion'], load: () => import('./completion.ts') },
  {
    calls: ['completion candidates'],
    hidden: true,
    load: () => import('./completion/candidates.ts'),
  },
  { calls: ['version'], load: () => import('./version.ts') },

  { calls: ['config show'], load: () => import('./config/show.ts') },
  { calls: ['config get'], load: () => import('./config/get.ts') },
  { calls: ['config set'], load: () => import('./config/set.ts') },
  { calls: ['config agent show'], load: () => import('./config/agent/show.ts') },
  { calls: ['config agent set-id'], load: () => import('./config/agent/set-id.ts') },
  { calls: ['config agent set-type'], load: () => import('./config/agent/set-type.ts') },
];

/** Forms that look right and are refused, because they could mean two things; each with what to type instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  next: 'jit claim-next takes the next issue; jit ready shows what it would choose from',
  'issue next': 'jit issue claim-next takes the next issue',
  'issue claim next': 'jit issue claim-next takes the next issue; jit issue claim ID takes a named one',
  'claim next': 'jit claim-next takes the next issue; jit claim ID takes a named one',
};
