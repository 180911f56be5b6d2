import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { generateStore } from './generate-store.mjs';
import { writeBacklog, writeSeeds } from './peer-formats.mjs';
import { mustRun, run } from './processes.mjs';
import { runRows } from './run-rows.mjs';
import { SEED } from './scene.mjs';

const PACKAGES = ['backlog.md', '@os-eco/seeds-cli', 'bun'];
/** Below this size nobody waits. */
const SMALLEST = 1000;

/** Other trackers: how a store of theirs is made, and the two commands that all have. */
const PEERS = [
  {
    name: 'backlog.md',
    // Not to look into branches and remotes is what makes it fastest.
    settings: [
      ['init', 'bench', '--defaults', '--integration-mode', 'none', '--check-branches', 'false'],
      ['config', 'set', 'remoteOperations', 'false'],
    ],
    program: 'backlog',
    write: writeBacklog,
    ready: ['task', 'list', '--ready', '--json'],
    create: ['task', 'create', 'One more', '--plain'],
  },
  {
    name: '@os-eco/seeds-cli',
    settings: [['init']],
    program: 'sd',
    write: writeSeeds,
    ready: ['ready', '--json'],
    create: ['create', '--title', 'One more', '--json'],
  },
];

/** Where the others are: installs them from npm the first time. Says so and returns null when that fails. */
export async function findPeers(dir, means) {
  const folder = join(dir, 'peers');
  const bin = join(folder, 'node_modules', '.bin');
  const missing = () => PEERS.some(({ program }) => !existsSync(join(bin, program)));
  if (missing()) {
    mkdirSync(folder, { recursive: true });
    const install = ['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', ...PACKAGES];
    // With the user's own settings: they say where packages come from.
    const { exit, stderr } = await run(install, { ...means, env: process.env, cwd: folder });
    if (exit !== 0 || missing()) {
      console.log(`peers: skipped, npm could not install them: ${stderr.trim().slice(-300)}`);
      return null;
    }
  }
  const versions = Object.fromEntries(
    PEERS.map(({ name }) => [name, versionOf(join(folder, 'node_modules', name))]),
  );
  return { bin, versions };
}

const versionOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;

/** `ready` and `create` of each, by name and command; null below the size from which it is asked. */
export async function measurePeers({ bin, versions }, size, dir, options) {
  if (size < SMALLEST) return null;
  const env = { ...options.env, PATH: `${bin}${delimiter}${options.env.PATH}` };
  const found = {};
  for (const peer of PEERS) {
    found[`${peer.name} ${versions[peer.name]}`] = await measurePeer(peer, size, dir, {
      ...options,
      bin,
      env,
    });
  }
  return found;
}

async function measurePeer(peer, size, dir, { bin, ...options }) {
  const rows = ['ready', 'create'].map((id) => ({ id, words: () => [join(bin, peer.program), ...peer[id]] }));
  try {
    const scene = await openPeer(peer, size, dir, { env: options.env, signal: options.signal });
    return await runRows(rows, scene, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    // It is not of the project: that it cannot be had is told, and stops nothing.
    return Object.fromEntries(rows.map(({ id }) => [id, { failure: error.message }]));
  }
}

async function openPeer({ name, settings, program, write }, size, dir, options) {
  const folder = join(dir, `peer-${name.replace(/\W/g, '-')}-${size}`);
  const made = join(folder, '.git', 'jit-bench.json');
  const within = { ...options, cwd: folder };
  if (!existsSync(made)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await mustRun(['git', 'init', '--quiet'], within);
    for (const words of settings) await mustRun([program, ...words], within);
    write(generateStore({ size, seed: SEED }).issues, folder);
    writeFileSync(made, '{}');
  }
  return { dir: folder };
}

/** Rows of the table: jit first in each command. */
export function peerRowsOf(scenes) {
  const names = [...new Set(scenes.flatMap(({ peers }) => Object.keys(peers)))];
  return ['ready', 'create'].flatMap((command) => [
    { peer: 'jit', command, results: scenes.map(({ rows }) => rows[command]) },
    ...names.map((peer) => ({ peer, command, results: scenes.map(({ peers }) => peers[peer]?.[command]) })),
  ]);
}
