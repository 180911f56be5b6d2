import type { Boot } from './boot/boot.ts';
import { run } from './run.ts';
import { screen } from './screen.ts';

/** Runs the command line of this process, and ends it. */
export function start({ readAnswer, atEnd }: Boot): void {
  const loadHost = async () => (await import('./system-host.ts')).systemHost;
  run(process.argv.slice(2), screen, loadHost, readAnswer).then((exit) => {
    atEnd(exit);
    process.exit(exit);
  });
}
