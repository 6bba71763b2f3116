"""The process of a kernel, as the cells in it see it."""

import ast
import os
import subprocess
import sys

import pytest
from nbval.kernel import CURRENT_ENV_KERNEL_NAME

from orosec.testing.kernels import Kernel
from orosec.testing.launcher import MOST_MEMORY


def answer(kernel, expression):
    """What an expression gives in a kernel, as text."""
    kernel.kc.execute("", user_expressions={"asked": expression})
    content = kernel.kc.get_shell_msg(timeout=60)["content"]
    return content["user_expressions"]["asked"]["data"]["text/plain"]


def test_cells_see_a_plain_kernel(tmp_path):
    """In their folder, where no module is looked for."""
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, tmp_path)
    kernel.connect(60)
    try:
        assert answer(kernel, "__import__('os').getcwd()") == repr(str(tmp_path))
        path = answer(kernel, "__import__('sys').path")
        assert not {"", str(tmp_path)} & {*ast.literal_eval(path)}
        assert answer(kernel, "__name__, [n for n in dir() if n[0] != '_']") == (
            "('__main__', ['In', 'Out', 'exit', 'get_ipython', 'open', 'quit'])"
        )
    finally:
        kernel.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit it")
def test_cells_have_bounded_memory(tmp_path):
    """Neither they nor what they start can raise it."""
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, tmp_path)
    kernel.connect(60)
    try:
        limits = answer(kernel, "__import__('resource').getrlimit(2)")
        assert limits == repr((MOST_MEMORY, MOST_MEMORY))
    finally:
        kernel.stop()


def test_what_lies_around_has_no_say(tmp_path, monkeypatch):
    """Neither a module beside the notebook, nor the environment, nor a profile."""
    (tmp_path / "ipykernel.py").write_text("1 / 0", encoding="utf-8")
    profile = tmp_path / "ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "x.py").write_text("__debug = 'start-up'", encoding="utf-8")
    lines = "c.InteractiveShellApp.exec_lines = ['configured = 1']"
    (profile / "ipython_kernel_config.py").write_text(lines, encoding="utf-8")
    first = tmp_path / "first.py"
    first.write_text("first = 1", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(profile.parent))
    monkeypatch.setenv("PYTHONSTARTUP", str(first))
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, tmp_path)
    kernel.connect(60)
    try:
        names = "{'__debug', 'configured', 'first'}"
        assert answer(kernel, f"{names} & {{*dir()}}, __debug__") == "(set(), True)"
        given = "sorted(k for k in __import__('os').environ if k[:6] == 'PYTHON')"
        assert {*ast.literal_eval(answer(kernel, given))} <= {
            "PYTHONHASHSEED",
            "PYTHONPATH",
        }
    finally:
        kernel.stop()


def test_without_assertions_there_is_no_kernel():
    """An assert statement that does nothing would pass."""
    words = [sys.executable, "-O", "-m", "orosec.testing.launcher"]
    done = subprocess.run(
        words, env=os.environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "assertions are off: run Python without -O"
