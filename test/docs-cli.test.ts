import { expect, test } from 'vitest';
import { renderCliDocs } from './support/cli-docs.ts';

// `npm run docs` writes the file anew; here it only is compared.
test('docs/cli.md says what the declarations say', async () => {
  await expect(await renderCliDocs()).toMatchFileSnapshot('../docs/cli.md');
});
