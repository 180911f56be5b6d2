// One issue of a generated store, and its events: each change goes to both.

const iso = (ms) => new Date(ms).toISOString();

/** What every issue has, in the order of its file. */
const NEW = {
  ...{ id: '', title: '', description: '', state: 'ready', hold: null, priority: 'normal', assignee: null },
  ...{ claim_epoch: null, labels: [], milestone: null, dependencies: [], links: [], gates_required: [] },
  ...{ gates_status: {}, context: {}, comments: [], resolution: null, created_by: null, updated_at: '' },
  ...{ completed_at: null, sync: {} },
};

/** Creates an issue at a time, milliseconds, and appends `issue.created` to `log`, a list of lines. */
export function recordIssue(draw, log, ms, fields) {
  const made = { ...structuredClone(NEW), ...fields, id: draw.ulid(ms), updated_at: iso(ms) };
  const record = recordOf(draw, log, made, null);
  const { id: _, ...rest } = made;
  const known = Object.entries(structuredClone(rest)).filter(([, value]) => value !== null);
  const changes = Object.fromEntries(known.map(([key, value]) => [key, [null, value]]));
  record.append('issue.created', made.created_by, ms, { title: made.title }, changes);
  return record;
}

/** `last`: the event before, null for none. Whoever changes the issue through this also writes its log. */
function recordOf(draw, log, issue, last) {
  return {
    issue,

    append(event, by, ms, named, changes) {
      const eid = draw.ulid(ms);
      log.push(JSON.stringify({ ts: iso(ms), event, id: issue.id, eid, prev: last, by, ...named, changes }));
      last = eid;
    },

    /** Sets fields. `derived`: nobody did that, so the time of the last change stays. */
    apply(event, by, ms, values, derived = false) {
      const all = derived ? values : { ...values, updated_at: iso(ms) };
      const pairs = Object.entries(all).map(([key, value]) => [key, [issue[key], value]]);
      Object.assign(issue, all);
      const named = values.assignee === undefined ? {} : { assignee: values.assignee };
      this.append(event, by, ms, named, Object.fromEntries(pairs));
    },

    comment(author, ms, body) {
      const comment = { id: draw.ulid(ms), author, at: iso(ms), body };
      issue.comments.push(comment);
      this.append(
        'comment.added',
        author,
        ms,
        {},
        { [`comments.${comment.id}`]: [null, comment], ...touch(ms) },
      );
    },

    passGate(gate, by, ms) {
      const status = { status: 'passed', updated_by: by, updated_at: iso(ms) };
      issue.gates_status[gate] = status;
      this.append(
        'gate.passed',
        by,
        ms,
        { gate },
        { [`gates_status.${gate}`]: [null, status], ...touch(ms) },
      );
    },

    complete(by, ms) {
      this.apply('issue.completed', by, ms, {
        state: 'done',
        resolution: 'completed',
        completed_at: iso(ms),
      });
    },

    /** The same issue, to be changed apart from this one, on another branch. */
    copy: () => recordOf(draw, log, structuredClone(issue), last),
  };

  function touch(ms) {
    const before = issue.updated_at;
    issue.updated_at = iso(ms);
    return { updated_at: [before, issue.updated_at] };
  }
}
