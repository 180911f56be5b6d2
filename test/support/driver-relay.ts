import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BINARY } from './binary.ts';

/** The `jit` that git finds: as merge driver it hands its words to the process of the test, and ends as that says. */
const CLIENT = `#!/bin/bash
[ "$1 $2" = "git merge-driver" ] || exec "${process.execPath}" "${BINARY}" "$@"
exec 3<>"/dev/tcp/127.0.0.1/$JIT_RELAY"
printf '%s\\0' "$#" "$PWD" "$@" >&3
read -r code <&3
exit "$code"
`;

/** Runs a command line in a directory, and returns its exit code. */
export type Serve = (cwd: string, words: readonly string[]) => Promise<number>;

/** What git needs in its environment to find the jit that a test hands it. */
export interface Relay {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Puts a `jit` into `directory` that is served by this process: git calls the merge driver so often that starting a program
 * each time is most of what a long proof would do.
 */
export async function serveJit(directory: string, serve: Serve): Promise<Relay> {
  const server = createServer((socket) => {
    let received = '';
    socket.on('data', async (chunk) => {
      received += chunk.toString('utf8');
      const [count, cwd, ...words] = received.split('\0');
      if (cwd === undefined || words.length <= Number(count)) return;
      const code = await serve(cwd, words.slice(0, Number(count))).catch(() => 70);
      socket.end(`${code}\n`);
    });
    // Whoever asked was killed.
    socket.on('error', () => {});
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'jit'), CLIENT, { mode: 0o755 });
  const { port } = server.address() as { port: number };
  return {
    directory,
    env: { JIT_RELAY: String(port) },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Puts the real program there. */
export function linkJit(directory: string): Relay {
  mkdirSync(directory, { recursive: true });
  symlinkSync(BINARY, join(directory, 'jit'));
  symlinkSync(process.execPath, join(directory, 'node'));
  return { directory, env: {}, close: async () => {} };
}
