# The complete example workflow: a lead plans an epic, workers do its tasks. Where a coordinator would hand the
# tasks out, they are claimed by hand.

EPIC_ID=$(jit issue create --title "Implement user authentication" \
  --desc "Complete auth system with tests" \
  --priority high \
  --gate review --gate integration-tests)

TASK1=$(jit issue create --title "Create user model" \
  --desc "SQLAlchemy model with fields" \
  --priority high \
  --gate unit-tests --gate review)

TASK2=$(jit issue create --title "Implement login endpoint" \
  --desc "POST /api/login with JWT" \
  --priority high \
  --gate unit-tests --gate review)

TASK3=$(jit issue create --title "Add authentication middleware" \
  --desc "Verify JWT on protected routes" \
  --priority high \
  --gate unit-tests --gate review)

TASK4=$(jit issue create --title "Write integration tests" \
  --desc "E2E tests for auth flow" \
  --priority normal \
  --gate review)

jit dep add $EPIC_ID $TASK1
jit dep add $EPIC_ID $TASK2
jit dep add $EPIC_ID $TASK3
jit dep add $EPIC_ID $TASK4

jit dep add $TASK4 $TASK1
jit dep add $TASK4 $TASK2
jit dep add $TASK4 $TASK3

jit issue update $TASK1 --state ready
jit issue update $TASK2 --state ready
jit issue update $TASK3 --state ready

jit issue claim $TASK1 copilot:copilot-worker-1
jit issue claim $TASK2 copilot:copilot-worker-2
jit issue claim $TASK3 copilot:copilot-worker-2

jit gate pass $TASK1 unit-tests --by "copilot-worker-1"
jit gate pass $TASK1 review --by "human:tech-lead"
jit issue update $TASK1 --state done

jit gate pass $TASK2 unit-tests --by "copilot-worker-2"
jit gate pass $TASK2 review --by "human:tech-lead"
jit issue update $TASK2 --state done

TASK5=$(jit issue create --title "Add rate limiting to login" \
  --desc "Prevent brute force attacks" \
  --priority critical \
  --gate unit-tests --gate security-scan)

jit dep add $EPIC_ID $TASK5

jit issue update $TASK5 --state ready

jit issue claim $TASK5 copilot:copilot-worker-1
jit gate pass $TASK5 unit-tests --by "copilot-worker-1"
jit gate pass $TASK5 security-scan --by "copilot-worker-1"
jit issue update $TASK5 --state done

jit gate pass $TASK3 unit-tests --by "copilot-worker-2"
jit gate pass $TASK3 review --by "human:tech-lead"
jit issue update $TASK3 --state done

jit issue claim $TASK4 copilot:copilot-worker-1
jit gate pass $TASK4 review --by "human:tech-lead"
jit issue update $TASK4 --state done

echo "--- graph"
jit graph show $EPIC_ID
echo "--- status"
jit status
echo "--- events"
jit events tail -n 20
echo "--- completion"

jit issue claim $EPIC_ID copilot:copilot-lead
jit gate pass $EPIC_ID integration-tests --by "ci:github-actions"
jit gate pass $EPIC_ID review --by "human:tech-lead"
jit issue update $EPIC_ID --state done

echo "--- end"
echo $EPIC_ID $TASK1 $TASK2 $TASK3 $TASK4 $TASK5
