# Every form of a command that the design's list of commands prints.

refused() {
  wanted=$1
  shift
  if "$@" >/dev/null 2>&1; then got=0; else got=$?; fi
  [ "$got" -eq "$wanted" ] || { echo "$* exited $got, not $wanted" >&2; exit 1; }
}

jit init

depId=$(jit issue create --title "first")
id=$(jit issue create --title "second" --desc "what to do" --priority high --gate review --gate unit-tests)
other=$(jit issue create --title "third")
jit issue list
jit issue list --state open
jit issue list --state ready
jit issue list --state done
jit issue list --assignee agent-x
jit issue list --priority high
jit issue show $id
jit issue update $id --title "renamed" --desc "said again" --priority critical

# Deleting is not undone with a slip: without a terminal it shows what it would do, and wants --yes.
refused 2 jit issue delete $other
jit issue delete $other --yes

jit issue assign $depId --to human:vkaskivuo
jit issue unassign $depId
jit issue claim $depId --to copilot:session-abc
refused 6 jit issue claim $depId --to copilot:another
jit issue unassign $depId

jit issue dep add $id --on $depId
jit issue dep rm $id --on $depId

jit gate add $depId integration-tests
jit gate pass $depId integration-tests
jit gate fail $depId integration-tests --by ci:github-actions
jit gate pass $depId integration-tests --by ci:github-actions
jit gate fail $id unit-tests

jit graph show $id
jit graph downstream $id
jit graph roots

jit query ready
jit query ready --json
jit query blocked
jit query blocked --json
jit query assignee copilot-1
jit query assignee copilot-1 --json
jit query state in_progress
jit query state in_progress --json
jit query priority critical
jit query priority critical --json

jit events tail
jit events query
jit events query --since 1h --event gate.failed
jit events query --assignee copilot-1

jit validate
jit export --format dot > graph.dot
jit export --format mermaid > graph.md
grep -q digraph graph.dot
grep -q flowchart graph.md

# The loop of an agent that asks for work itself, until there is none.
worked=0
while true; do
  if jit issue claim-next --filter "priority:high|critical" --to copilot-1 --json > claim.json 2> refusal.json; then
    claimed=$(sed 's/.*"id":"\([0-9A-Z]*\)".*/\1/' claim.json)
    jit gate pass $claimed unit-tests --by copilot-1
    jit gate pass $claimed review --by human:vkaskivuo
    jit issue complete $claimed
    worked=$((worked + 1))
  else
    [ $? -eq 5 ]
    grep -q ALL_DONE refusal.json
    break
  fi
done

echo "--- end"
echo $worked $id $depId
