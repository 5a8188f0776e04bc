#!/usr/bin/env bash
# Brings up a Slurm of one node from Debian's packages slurm-wlm and munge, for tests, and runs a command
# under it: one_node_slurm.sh COMMAND [ARGUMENTS]. Everything is in a temporary folder and is stopped and
# removed at the end. It needs no service, but root, or a user whose name the system knows.
set -euo pipefail

folder=$(mktemp -d "${TMPDIR:-/tmp}/slurm.XXXXXX")
host=$(hostname -s)
user=$(id -un)
export SLURM_CONF="$folder/slurm.conf"
started=()

stop() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap stop EXIT

mkdir -p "$folder"/{munge,state,spool}
chmod 700 "$folder"/munge
head -c 1024 /dev/urandom >"$folder/munge/key"
chmod 600 "$folder/munge/key"
port() { # a free one, most likely
  echo $((20000 + RANDOM % 20000))
}

cat >"$SLURM_CONF" <<END
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$(port)
SlurmdPort=$(port)
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
JobRequeue=1
KillWait=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END

munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
  --pid-file="$folder/munge/pid" --seed-file="$folder/munge/seed" \
  --log-file="$folder/munge/log" 2>/dev/null &
started+=($!)
for _ in $(seq 200); do
  [ -S "$folder/munge/socket" ] && break
  sleep 0.1
done
slurmctld -D 2>/dev/null &
started+=($!)
slurmd -D -N "$host" 2>/dev/null &
started+=($!)
for _ in $(seq 300); do
  sinfo --noheader --format=%t 2>/dev/null | grep -qE '^(idle|mix|alloc)$' && break
  sleep 0.2
done
if ! sinfo --noheader --format=%t | grep -qE '^(idle|mix|alloc)$'; then
  echo "Slurm did not start:" >&2
  tail -n 5 "$folder"/*.log >&2
  exit 1
fi
"$@"
