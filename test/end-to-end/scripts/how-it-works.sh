# The quick start, and how it works: in a repository that has no store yet.

jit init
jit issue create --title "Implement login feature" --priority high

EPIC=$(jit issue create --title "User authentication" --priority high)

TASK1=$(jit issue create --title "Create user model" --priority high)
TASK2=$(jit issue create --title "Implement login endpoint" --priority high)

jit dep add $EPIC $TASK1
jit dep add $EPIC $TASK2

jit issue claim $TASK1 copilot:worker-1
jit issue claim $TASK2 copilot:worker-2

# The gate must be required before it can pass.
jit gate add $TASK1 unit-tests
jit gate pass $TASK1 unit-tests
jit issue update $TASK1 --state done

NEW=$(jit issue create --title "Add rate limiting" --priority critical)
jit dep add $EPIC $NEW  # Epic now waits for this too

jit status
jit events tail
jit graph show $EPIC

# The table of commands.
id=$(jit issue create --title "..." --priority high)
jit issue list --state ready
jit issue claim $id agent:worker-1
jit gate add $id unit-tests
jit gate pass $id unit-tests
jit issue update $id --state done
jit dep add $EPIC $id
jit graph show $EPIC
jit status
jit events tail -n 20

echo "--- end"
echo $EPIC $TASK1 $TASK2 $NEW $id
