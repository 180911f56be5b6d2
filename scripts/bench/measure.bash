# measure.bash OUT COMMAND…: runs a command with its output in the file OUT. Prints its exit code, how long it took in microseconds,
# and the seconds of processor time that it had, as user and as system. Bash starts what is measured because that
# costs bash little, and always the same; and it knows the processor time of what it has started.
out=$1
shift
TIMEFORMAT='%3U %3S'
begun=$EPOCHREALTIME
time "$@" >"$out" 2>&1 </dev/null
exit=$? ended=$EPOCHREALTIME
echo "$exit $((${ended/[.,]/} - ${begun/[.,]/}))"
