"""A notebook that JupyterLab saves by itself is what it was."""

from pathlib import Path

import nbformat
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager

from orosec.testing.untouched import KERNEL

ROOT = Path(__file__).parents[2]
HOOK = "orosec.testing.untouched.keep_kernel"
SAID = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python"},
    "language_info": {"name": "python", "version": "3.13.1", "file_extension": ".py"},
}
"""What a kernel says of itself."""


def saved(tmp_path, kernel):
    """Save a copy of a notebook as JupyterLab does, after its kernel has started."""
    source = ROOT / "notebooks" / "06-ddos-protection.ipynb"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    contents = FileContentsManager(root_dir=str(tmp_path), pre_save_hook=HOOK)
    model = contents.get(source.name)
    said = {**SAID, "kernelspec": {**SAID["kernelspec"], "name": kernel}}
    model["content"]["metadata"] |= said
    contents.save(model, source.name)
    return source.read_bytes(), (tmp_path / source.name).read_bytes()


def test_what_a_kernel_says_of_itself_is_not_kept(tmp_path):
    """Any Python may have run it: not a byte differs."""
    before, after = saved(tmp_path, "python3")

    assert after == before


def test_a_notebook_of_another_kernel_is_left_alone(tmp_path):
    """It is none of ours."""
    before, after = saved(tmp_path, "bash")

    assert after != before
    assert (
        nbformat.reads(after.decode(), 4).metadata["language_info"] == SAID["language_info"]
    )


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")))
def test_the_notebooks_say_of_their_kernel_what_is_kept(path):
    """So that it can be put back."""
    assert nbformat.read(path, 4).metadata == KERNEL
