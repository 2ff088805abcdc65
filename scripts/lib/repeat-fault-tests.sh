#!/usr/bin/env bash
# Repeats the fault tests in random order, and prints a table of the results: `scripts/chaos --seconds 600`.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/lib/prepare.sh

seconds=600
seed=$RANDOM
while (($#)); do
  case "$1" in
    --seconds) seconds=$2 && shift 2 ;;
    --seed) seed=$2 && shift 2 ;;
    *) echo "usage: scripts/chaos [--seconds N] [--seed N]" >&2 && exit 64 ;;
  esac
done

faults=(
  "PowerCutTests/whatWasAcknowledgedSurvives:power cut, twenty times"
  "FaultTests/killedThirtyTimesUnderLoad:kill -9 of shippy up, thirty times"
  "FaultTests/oneOfTwoIsKilled:kill -9 of one of two services"
  "FaultTests/aFullDiskIsSaidAndSurvived:full disk"
  "FaultTests/aDeadNotificatorsMailIsTakenOver:kill -9 of a notificator holding mail"
  "SMTPTests/eachAnswerHasItsConsequence:SMTP 4xx, 5xx, tarpit, cut after DATA"
  "SMTPTests/aServerThatIsAwayIsWaitedFor:SMTP refused"
  "EngineFaultTests/theBrokerIsKilledTenTimes:kill -9 of nats-server, ten times"
  "EngineFaultTests/theBrokerIsAwayForLong:nats-server away"
  "EngineFaultTests/theStreamIsDeletedUnderUs:stream deleted under us"
  "EngineFaultTests/theDatabaseIsRestarted:PostgreSQL crashed and restarted"
  "EngineFaultTests/theRegistryIsAwayLongerThanALease:etcd away longer than the TTL"
  "EngineFaultTests/servicesAreKilledInTurn:kill -9 of services in turn"
  "EngineFaultTests/anEngineHangs:SIGSTOP of each engine"
  "EngineFaultTests/theNetworkIsCut:network cut"
)

bash scripts/test --filter NothingOfThisName >&2
log=$(mktemp)
say "seed $seed, $seconds seconds, log in $log"
RANDOM=$seed
declare -A runs held took
end=$((SECONDS + seconds))
waiting=()
while ((SECONDS < end)); do
  # Tests are dealt like cards: none comes again before all others have.
  ((${#waiting[@]})) || waiting=("${faults[@]}")
  drawn=$((RANDOM % ${#waiting[@]}))
  fault=${waiting[drawn]}
  unset "waiting[drawn]"
  waiting=("${waiting[@]}")
  test=${fault%%:*}
  began=$SECONDS
  runs[$test]=$((${runs[$test]:-0} + 1))
  printf '%s ' "${fault#*:}" >&2
  # A run without any test passes, too, so check that the test ran.
  if swift test --skip-build --filter "IntegrationTests.$test" >"$log.last" 2>&1 && grep -q "Test ${test#*/}.* passed" "$log.last"; then
    held[$test]=$((${held[$test]:-0} + 1))
    echo "held" >&2
  else
    echo "DID NOT HOLD" >&2
  fi
  took[$test]=$((${took[$test]:-0} + SECONDS - began))
  cat "$log.last" >>"$log"
done

failed=0
printf '%-46s %5s %5s %9s\n' FAULT RUNS HELD "SECONDS"
for fault in "${faults[@]}"; do
  test=${fault%%:*}
  count=${runs[$test]:-0}
  ((count)) || { printf '%-46s %5d %5s %9s\n' "${fault#*:}" 0 - - && continue; }
  printf '%-46s %5d %5d %9d\n' "${fault#*:}" "$count" "${held[$test]:-0}" $((took[$test] / count))
  ((${held[$test]:-0} == count)) || failed=1
done
exit $failed
