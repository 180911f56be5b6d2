import { type CreateInput, createIssue } from '../../operations/create.ts';
import type { Session } from '../../operations/session.ts';

const NOTHING = {
  needs: [],
  blocks: [],
  parent: null,
  discoveredFrom: null,
  gates: [],
  hold: null,
  assignee: null,
} satisfies Partial<CreateInput>;

/** The issue whose first review fails. */
export const REVIEWED_TWICE = 'Implement the login endpoint';

/** An epic, what it needs, and the gates before each: a small plan that three workers can share. */
export async function planDemo(lead: Session): Promise<void> {
  const create = async (title: string, fields: Partial<CreateInput>): Promise<string> =>
    (await createIssue(lead, { ...NOTHING, ...fields, title })).issue.id;
  const schema = await create('Design the database schema', { priority: 'critical', gates: ['unit-tests'] });
  const copy = await create('Write the texts of the login page', { priority: 'low' });
  const model = await create('Create the user model', {
    priority: 'high',
    needs: [schema],
    gates: ['unit-tests'],
  });
  const login = await create(REVIEWED_TWICE, {
    priority: 'high',
    needs: [model],
    gates: ['unit-tests', 'review'],
  });
  const guard = await create('Guard the protected routes', {
    priority: 'high',
    needs: [model],
    gates: ['unit-tests'],
  });
  const limit = await create('Limit the rate of logins', { needs: [model], gates: ['security-scan'] });
  const page = await create('Build the login page', { needs: [copy, login] });
  const tests = await create('Test the login from end to end', {
    needs: [guard, page],
    gates: ['integration-tests'],
  });
  await create('User authentication', { priority: 'high', needs: [tests, limit], gates: ['review'] });
}
