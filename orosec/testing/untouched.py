"""A notebook that is opened and left alone stays as it is on the disk.

JupyterLab writes into a notebook what its kernel says of itself, such as the version of
Python, and saves it by itself. So whoever only reads would change all notebooks. `make lab`
gives the server this hook: it keeps what the notebooks say of their kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KERNEL: Mapping[str, Mapping[str, str]] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""What a notebook says of its kernel, whoever runs it."""


def keep_kernel(model: dict[str, Any], **_: Any) -> None:
    """Put `KERNEL` into a notebook of ours that is about to be saved.

    Args:
        model: what the server saves; a notebook of another kernel is left alone.
    """
    if model["type"] == "notebook":
        metadata = model["content"]["metadata"]
        if metadata.get("kernelspec", {}).get("name") == KERNEL["kernelspec"]["name"]:
            metadata |= {name: dict(said) for name, said in KERNEL.items()}
