import { join } from 'node:path';
import { COMMON_GATES } from '../domain/common-gates.ts';
import { JitError } from '../domain/errors.ts';
import { safeLine } from '../render/terminal-text.ts';
import { dropAgentsBlock, putAgentsBlock } from './agents-block.ts';
import type { Declaration, Input, Output } from './command.ts';
import type { Context } from './context.ts';

export const declaration: Declaration = {
  path: ['init'],
  summary: 'Make a jit store here, or complete the one that is here.',
  description:
    'Inside a git repository the store is made at its top, else in this directory; --dir and JIT_DATA_DIR say otherwise. Running it again changes nothing that is there. Nothing outside .jit is touched, unless --agents says so.',
  options: {
    gates: {
      type: 'boolean',
      default: true,
      description:
        'Define the common gates: review (manual), unit-tests, integration-tests, security-scan (automatic). --no-gates defines none.',
    },
    agents: {
      type: 'boolean',
      description:
        'Put a short block into AGENTS.md that points at jit prime, or bring it up to date. On a terminal init asks; --no-agents does not ask.',
    },
    'remove-agents': {
      type: 'boolean',
      description: 'Take that block out of AGENTS.md again, and do nothing else.',
    },
  },
  reads: 'The git repository around this directory.',
  writes: '.jit; AGENTS.md with --agents.',
  errors: ['CORRUPT_FILE', 'DISK_FULL', 'IO'],
  examples: [
    ['jit init', 'a store with the common gates'],
    ['jit init --agents', 'also tell agents, in AGENTS.md'],
  ],
  kinds: ['init'],
};

const AGENTS_FILE = 'AGENTS.md';

export async function run(input: Input, context: Context): Promise<Output> {
  if (input['remove-agents'] === true) {
    if (input.agents === true) {
      throw new JitError('USAGE', '--agents and --remove-agents exclude each other', {
        hint: 'give one of them',
      });
    }
    return removeAgents(context);
  }
  const { root, dir, created, alreadyInitialized } = await context.initialize(
    input.gates === true ? COMMON_GATES : {},
  );
  const path = join(root, AGENTS_FILE);
  const old = readIfThere(context, path);
  const wanted = putAgentsBlock(old);
  const agents =
    old === wanted
      ? 'unchanged'
      : (await wantsAgents(input.agents, context))
        ? old === null
          ? 'created'
          : 'updated'
        : 'untouched';
  if (agents === 'created' || agents === 'updated') context.writeFile(path, wanted);

  const lines = [
    alreadyInitialized ? `${safeLine(dir)} is a jit store already` : `made a jit store at ${safeLine(dir)}`,
    ...created.map((file) => `  wrote ${safeLine(file)}`),
    ...(agents === 'created' || agents === 'updated' ? [`  wrote ${AGENTS_FILE}`] : []),
  ];
  return {
    document: {
      kind: 'init',
      dir,
      root,
      created,
      already_initialized: alreadyInitialized,
      agents_file: agents,
    },
    text: lines.join('\n'),
    ...(alreadyInitialized
      ? {}
      : {
          note: 'next: jit create "TITLE", then jit claim-next; git add .jit shares it, jit git setup lets git merge it',
        }),
  };
}

async function wantsAgents(given: Input[string], { terminal, confirm }: Context): Promise<boolean> {
  if (given !== undefined) return given === true;
  return terminal.interactive && confirm(`Tell agents about jit in ${AGENTS_FILE}?`);
}

function removeAgents(context: Context): Output {
  const place = context.place();
  if (place === null) {
    throw new JitError('NOT_INITIALIZED', 'there is no jit store here', {
      hint: 'run it in the repository of the store',
    });
  }
  const path = join(place.root, AGENTS_FILE);
  const old = readIfThere(context, path);
  const wanted = old === null ? null : dropAgentsBlock(old);
  if (old !== null && wanted === null) context.removeFile(path);
  else if (wanted !== null && wanted !== old) context.writeFile(path, wanted);
  const agents = old === wanted ? 'unchanged' : wanted === null ? 'removed' : 'updated';
  return {
    document: {
      kind: 'init',
      dir: place.dir,
      root: place.root,
      created: [],
      already_initialized: true,
      agents_file: agents,
    },
    text:
      agents === 'unchanged'
        ? `${AGENTS_FILE} has no block of jit`
        : `took the block of jit out of ${AGENTS_FILE}`,
  };
}

function readIfThere(context: Context, path: string): string | null {
  try {
    return context.readText(path);
  } catch (error) {
    if (error instanceof JitError && error.code === 'FILE_NOT_FOUND') return null;
    throw error;
  }
}
