import { run } from './run.ts';
import { screen } from './screen.ts';

run(process.argv.slice(2), screen, async () => (await import('./system-host.ts')).systemHost).then((exit) => {
  process.exit(exit);
});
