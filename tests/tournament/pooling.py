"""What a pool of actors makes of idle deaths and of our own errors, line by line, in a process of its own."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event
from time import monotonic, sleep

import psutil

from arena.tournament.cluster import Cluster
from arena.tournament.lanes import Done, collect
from arena.tournament.ray.pool import Pool
from arena.tournament.tasks import Found, Judging
from tests.tournament.build import tournament

EMPTY = Judging((), ())
MOST = 1


def idle(pool: Pool[str]) -> list[psutil.Process]:
    """The actors, once all of them said hello and have nothing to do."""
    end = monotonic() + 120
    while monotonic() < end:
        members = [member for member in pool._members if member.hello and member.ref is None]
        if len(members) == MOST:
            return [psutil.Process(member.hello.pid) for member in members if member.hello]
        sleep(0.1)
    raise TimeoutError


def main(folder: Path) -> None:
    out: Queue[Done[str]] = Queue()
    here = Cluster(cpus=0.1, least=MOST, most=MOST, retries=0)
    pool = Pool[str](replace(tournament(folder), executor="ray", ray=here), out, Event())
    lane = pool.lane("judge")

    def ask(then: Callable[[Found], str]) -> None:
        lane.give(EMPTY, then)
        done = collect(out, 120)
        print(done and (done.result or repr(done.error)), flush=True)

    try:
        ask(lambda _: "first")
        gone = idle(pool)
        for process in gone:
            process.kill()
        psutil.wait_procs(gone, 60)
        ask(lambda _: "second")
        ask(lambda _: {"": ""}["nothing"])
        ask(lambda _: "last")
    finally:
        pool.close(30)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
