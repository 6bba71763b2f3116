"""The process of a kernel, as the cells in it see it."""

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
    """In their folder, which comes first where modules are looked for."""
    kernel = Kernel(CURRENT_ENV_KERNEL_NAME, tmp_path)
    kernel.connect(60)
    try:
        assert answer(kernel, "__import__('os').getcwd()") == repr(str(tmp_path))
        assert answer(kernel, "__import__('sys').path.count('')") == "1"
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
