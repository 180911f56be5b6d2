/** What `jit --help` lists: the command as one types it, and what it is for, in a few words. By purpose, the usual order of use. */
export const OVERVIEW: readonly (readonly [
  purpose: string,
  readonly (readonly [call: string, what: string])[],
])[] = [
  [
    'Start',
    [
      ['init', 'make a store in this repository'],
      ['prime', 'how to work here, what I hold, what is waiting'],
      ['demo', 'watch three workers finish a small graph'],
    ],
  ],
  [
    'Plan',
    [
      ['create', 'a new issue, with its edges and gates'],
      ['update', 'change fields, or the state'],
      ['dep', 'add, rm, list: what needs what'],
      ['hold', 'keep an issue from being started; unhold lifts it'],
      ['comment', 'say something about an issue'],
    ],
  ],
  [
    'Work',
    [
      ['claim-next', 'the most important issue that is ready, for me alone'],
      ['claim', 'a certain issue'],
      ['complete', 'finished: done, or gated until its gates have passed'],
      ['release', 'give it back, or hand it over; assign, unassign'],
      ['lease', 'list, show, renew, release, expire; hold runs a command under a claim'],
      ['gate', 'define, add, pass, fail, status: what stands before done'],
    ],
  ],
  [
    'Look',
    [
      ['status', 'counts, what is in progress, what was completed'],
      ['ready', 'what can be claimed now; blocked, stalled, mine, query'],
      ['list', 'issues, filtered'],
      ['show', 'an issue in full'],
      ['why', 'what an issue waits for, and what to do next'],
      ['graph', 'show, downstream, roots, critical-path'],
      ['events', 'tail, query: what happened'],
      ['export', 'mermaid, dot, json, jsonl, csv, markdown'],
    ],
  ],
  [
    'Keep',
    [
      ['validate', 'check everything, and mend what can be mended'],
      ['archive', 'put an issue away; reopen, close, delete'],
      ['config', 'settings, and who I am; whoami'],
      ['gc', 'remove what is of no use any more'],
      ['schema', 'all commands as data; completion for the shell'],
    ],
  ],
];
