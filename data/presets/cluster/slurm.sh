#!/bin/bash
# A run on several machines of a Slurm cluster, from its folder on storage that all of them share:
#
#   sbatch --nodes=2 slurm.sh "$(arena --home /shared/arena battle train.yaml --hold)"
#
# On the first machine it is the run's worker, on the others its company: they start their processes wherever a
# stage asks for them (`accelerate: multi-node` or `fsdp2-multi-node`, `processes` = machines x GPUs). Submitted
# again, or requeued after a machine was lost, it goes on where it was.
#SBATCH --job-name=arena
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --cpus-per-task=32
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

run=${1:?the folder of a run}
NNODES=$SLURM_JOB_NUM_NODES
MASTER_ADDR=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
MASTER_PORT=$((20000 + SLURM_JOB_ID % 20000))
export NNODES MASTER_ADDR MASTER_PORT

srun --kill-on-bad-exit=1 bash -c 'NODE_RANK=$SLURM_NODEID exec python -m training.joining "$1"' arena "$run"
