"""The kernels of one run: one for each notebook, started while the one before it runs.

A kernel is a new process for each notebook, as under plain nbval. It is waited for without
fixed pauses, and a cell that kills it is told at once.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.manager import KernelManager
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager, RunningKernel

_PAUSE, _GLANCE = 0.01, 0.1
"""Seconds between two looks at a kernel that starts; and for a first sign of its output."""


class _Specs(NbvalKernelspecManager):  # type: ignore[misc]
    """Knows the kernels; the one of this environment runs by `orosec.testing.launcher`."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        spec = super().get_kernel_spec(kernel_name)
        if kernel_name == CURRENT_ENV_KERNEL_NAME:
            ours = {"ipykernel_launcher": "orosec.testing.launcher"}
            python, *words = spec.argv
            spec.argv = [python, "-P", *(ours.get(word, word) for word in words)]
        return spec


def manager(name: str = CURRENT_ENV_KERNEL_NAME) -> KernelManager:
    """Return what starts a kernel; the one of this environment runs as it does in tests."""
    return KernelManager(kernel_name=name, kernel_spec_manager=_Specs())


def environment() -> dict[str, str]:
    """Return what a kernel may know of ours: what changes how Python runs stays outside."""
    kept = {"PYTHONPATH", "PYTHONHASHSEED"}
    every = os.environ.items()
    return {key: value for key, value in every if key[:6] != "PYTHON" or key in kept}


class Kernel(RunningKernel):  # type: ignore[misc]
    """A kernel that starts at once and is connected to later.

    Attributes:
        place: its name and the folder that it runs in.
        reply: what it said of the last cell.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.place = name, folder
        self.reply: dict[str, Any] = {}
        self.km = manager(name)
        place = {"cwd": str(folder), "env": environment()}
        self.km.start_kernel(stderr=subprocess.DEVNULL, **place)

    def connect(self, patience: float) -> None:
        """Wait until it answers, for *patience* seconds at most.

        Raises:
            RuntimeError: it does not, or it died.
        """
        end = time.monotonic() + patience
        while not self._listens():
            self._expect_it(before=end)
            time.sleep(_PAUSE)
        self.kc = self.km.client()
        self.kc.start_channels()
        while True:
            question = self.kc.kernel_info()
            try:
                self.await_reply(question, timeout=end - time.monotonic())
                self.await_idle(question, _GLANCE)
                break
            except Empty:  # it answers, and its output is not subscribed to yet
                self._expect_it(before=end)

    def _expect_it(self, *, before: float) -> None:
        if not self.is_alive():
            raise RuntimeError("the kernel died at its start")
        if time.monotonic() > before:
            raise RuntimeError("the kernel does not answer")

    def _listens(self) -> bool:
        """Return whether its ports are bound: who connects earlier waits for a retry."""
        try:
            socket.create_connection((self.km.ip, self.km.iopub_port), _GLANCE).close()
        except OSError:
            return False
        return True

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait for what the kernel says of a request, and keep it.

        Raises:
            Empty: it said nothing for *timeout* seconds.
            RuntimeError: it died.
        """
        end = time.monotonic() + (timeout or 0)
        while True:
            left = end - time.monotonic() if timeout is not None else 1
            try:
                message = self.get_message("shell", timeout=min(max(left, 0), 1))
            except Empty:
                if not self.is_alive():
                    raise RuntimeError("the kernel died") from None
                if left <= 0:
                    raise
                continue
            if message["parent_header"].get("msg_id") == msg_id:
                self.reply = message["content"]
                return

    def stop(self) -> None:
        """Kill it, and all that it started."""
        if "kc" in vars(self):
            self.kc.stop_channels()
        if process := getattr(self.km.provisioner, "process", None):
            process.kill()
            process.wait()  # or the manager would look every tenth of a second
        self.km.shutdown_kernel(now=True)
        del self.km


class Kernels:
    """Gives each notebook a kernel of its own, and starts one ahead."""

    def __init__(self) -> None:
        self._ahead: Kernel | None = None

    def take(self, name: str, folder: Path, patience: float) -> Kernel:
        """Return a kernel that answers: the one started ahead, if it fits, or a new one.

        Another process can take the port of a kernel that starts; so it may die once.

        Raises:
            RuntimeError: it died twice, or does not answer.
        """
        if self._ahead is not None and self._ahead.place != (name, folder):
            self.close()
        for may_die in (True, False):
            kernel, self._ahead = self._ahead or Kernel(name, folder), None
            try:
                kernel.connect(patience)
                break
            except RuntimeError:
                kernel.stop()
                if not may_die:
                    raise
        return kernel

    def prepare(self, name: str, folder: Path) -> None:
        """Start a kernel that will be taken later."""
        if self._ahead is None:
            self._ahead = Kernel(name, folder)

    def close(self) -> None:
        """Stop the kernel that nobody took."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.stop()
