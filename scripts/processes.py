"""Child processes that are started again when they die and stopped without leaving orphans."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STEADY = 30.0  # seconds of life after which an earlier death no longer counts
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux, the only one that can, to end this process when its parent is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Service:
    """One long-running program: in a process group of its own, its output in a log file."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    patience: float = 10.0  # seconds between TERM and KILL
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    due: float = 0.0

    def start(self) -> None:
        """Start the program."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self.started, self.due = time.monotonic(), 0.0

    def is_alive(self) -> bool:
        """Return whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def signal_group(self, number: int) -> None:
        """Signal the program and everything that it started."""
        if self.process:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return  # nothing of the group is left; macOS says so with EPERM

    def revive(self) -> str:
        """Start the program again when its time has come. Return a line to show, or nothing."""
        now = time.monotonic()
        if self.is_alive() or now < self.due:
            return ""
        if self.process and not self.due:
            return self.plan_restart(now)
        self.start()
        return ""

    def plan_restart(self, now: float) -> str:
        """Clear away what the dead program left and set the time of the next start."""
        self.signal_group(signal.SIGKILL)
        self.delay = FIRST_DELAY if now - self.started > STEADY else self.delay
        self.due = now + self.delay
        code = self.process.returncode if self.process else None
        line = f"The {self.name} ended ({code}); starting it again in {self.delay:g} s. Its log: {self.log}"
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        return line

    def ask_to_stop(self) -> None:
        """Send TERM to the program, which stops its own children."""
        if self.process and self.is_alive():
            self.process.terminate()

    def stop(self) -> None:
        """Stop the program within its patience, and whatever it left behind at once."""
        self.ask_to_stop()
        if self.process:
            try:
                self.process.wait(timeout=self.patience)
            except subprocess.TimeoutExpired:
                self.signal_group(signal.SIGKILL)
                self.process.wait()
        self.signal_group(signal.SIGKILL)

    def last_lines(self, count: int = 15) -> str:
        """Return the end of the log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def stop_all(services: list[Service]) -> None:
    """Stop every service: all are asked at once, and the first in the list is waited for last."""
    for service in reversed(services[1:]):
        service.ask_to_stop()
    for service in reversed(services):
        service.stop()
