"""Child processes that do dangerous work: limited, timed, and replaced when they hang or die.

Each thread of the press talks to one child over its pipes. What a child may see of our
surroundings is a short list without secrets, since it runs designs a merchant may have written.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "XDG_CACHE_HOME", "XDG_DATA_DIRS", "FONTCONFIG_FILE")
MEMORY = 1536 * 2**20
FILES = 64 * 2**20


class ChildLost(RuntimeError):
    """The child died during the job; the message holds its last words."""


class ChildTooSlow(RuntimeError):
    """The job took longer than allowed, and the child was ended."""


class PressBusy(RuntimeError):
    """Too many jobs are waiting already."""


class Press:
    """A few children running `entry` ("package.module:function"), each doing one job at a time."""

    def __init__(self, entry: str, *, workers: int, seconds: float, waiting: int = 64) -> None:
        self._entry, self._seconds, self._waiting = entry, seconds, waiting
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="press")
        self._idle: LifoQueue[_Child] = LifoQueue()
        self._jobs = 0
        self._children: set[_Child] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def ask(self, request: bytes) -> bytes:
        """The child's answer. Raises ChildLost, ChildTooSlow or PressBusy."""
        with self._lock:
            if self._jobs >= self._waiting:
                raise PressBusy(f"{self._jobs} papers are waiting to be printed already")
            self._jobs += 1
        job = self._threads.submit(self._work, request)
        job.add_done_callback(self._count_down)
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """End all children now; jobs under way fail with ChildLost."""
        with self._lock:
            self._closed = True
            children = list(self._children)
        for child in children:
            child.end()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _count_down(self, _: Future[bytes]) -> None:
        with self._lock:
            self._jobs -= 1

    def _work(self, request: bytes) -> bytes:
        child = self._take()
        try:
            answer = child.ask(request, self._seconds)
        except BaseException:
            self._drop(child)
            raise
        self._idle.put(child)
        return answer

    def _take(self) -> _Child:
        try:
            return self._idle.get_nowait()
        except Empty:
            child = _Child(self._entry)
        with self._lock:
            self._children.add(child)
            closed = self._closed
        if closed:
            self._drop(child)
            raise ChildLost("the press is closed")
        return child

    def _drop(self, child: _Child) -> None:
        child.end()
        with self._lock:
            self._children.discard(child)


class _Child:
    """One process. It reads requests and writes answers, each after its length in four bytes."""

    START_SECONDS = 60.0

    def __init__(self, entry: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="returns-press-", ignore_cleanup_errors=True)
        module, function = entry.split(":")
        self._words = Path(self._folder.name) / "stderr"
        with self._words.open("wb") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from {module} import {function}; {function}()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                env=self._surroundings(),
                cwd=self._folder.name,
            )
        self._ready = False

    def _surroundings(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        # A fixed epoch keeps the dates inside embedded fonts, and so the bytes, the same.
        return passed | {"PYTHONPATH": str(ROOT), "TMPDIR": self._folder.name, "SOURCE_DATE_EPOCH": "0"}

    def ask(self, request: bytes, seconds: float) -> bytes:
        if not self._ready:
            self._within(self.START_SECONDS, lambda: read_frame(self._out))
            self._ready = True
        return self._within(seconds, lambda: self._exchange(request))

    def _exchange(self, request: bytes) -> bytes:
        write_frame(self._in, request)
        return read_frame(self._out)

    def _within(self, seconds: float, talk: Callable[[], bytes]) -> bytes:
        late = threading.Event()
        timer = threading.Timer(seconds, lambda: (late.set(), self._process.kill()))
        timer.start()
        try:
            return talk()
        except (EOFError, OSError):
            if late.is_set():
                raise ChildTooSlow(f"no answer within {seconds:g} seconds") from None
            raise ChildLost(self._last_words()) from None
        finally:
            timer.cancel()

    @property
    def _in(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _out(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _last_words(self) -> str:
        code = self._process.wait(5)
        words = self._words.read_text(errors="replace").strip().splitlines() if self._words.exists() else []
        return f"ended with {code}" + (f": {words[-1]}" if words else "")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                continue  # Bytes it never read are lost with it.
        self._folder.cleanup()


def serve(answer: Callable[[bytes], bytes], *, job_seconds: int) -> None:
    """The child's side: say ready, then answer requests until the other side is gone.

    Each job may use `job_seconds` of processor time; the system ends the process after that, also
    when the parent is dead and nobody waits.
    """
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    write_frame(target, b"ready")
    while True:
        try:
            request = read_frame(source)
        except EOFError:
            return
        _allow(job_seconds)
        write_frame(target, answer(request))


def tidy() -> None:
    """Remove the child's own folder, which a killed parent left behind."""
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


def limit() -> None:
    """Bound memory and files of this process for good. Units: bytes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILES, FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, most))


def read_frame(source: IO[bytes]) -> bytes:
    """One message. Raises EOFError when the other side is gone."""
    return _exactly(source, struct.unpack(">I", _exactly(source, 4))[0])


def write_frame(target: IO[bytes], payload: bytes) -> None:
    target.write(struct.pack(">I", len(payload)) + payload)
    target.flush()


def _exactly(source: IO[bytes], count: int) -> bytes:
    data = source.read(count)
    if len(data) < count:
        raise EOFError
    return data
