# crowd.bash WORKERS TIMES SECONDS COMMAND…: so many workers at once, each of which runs the command so many times, one process after
# another, but begins no more after so many seconds. `%` in a word stands for the worker and the time. Prints a line a run: exit code,
# begin and end in microseconds.
workers=$1 times=$2 seconds=$3
shift 3
work() {
  local begun ended exit
  for ((time = 1; time <= times && (time == 1 || SECONDS < seconds); time++)); do
    begun=$EPOCHREALTIME
    "${@//%/$worker-$time}" </dev/null >/dev/null 2>&1
    exit=$? ended=$EPOCHREALTIME
    echo "$exit ${begun/[.,]/} ${ended/[.,]/}"
  done
}
for ((worker = 1; worker <= workers; worker++)); do work "$@" & done
wait
