"""What is given to people does not change under their hands."""

from __future__ import annotations

from functools import wraps
from typing import Any


class Value:
    """Base of what orosec gives: once it is made, its attributes stay as they are.

    None takes another value, none is added, and none can be taken away. What an attribute
    holds is immutable, too, or a fresh copy; a test walks all of it. Only who reaches
    behind attributes, with `vars` or names that begin with ``_``, can still break it.
    """

    def __init_subclass__(cls) -> None:
        """Let objects of the class be complete where its `__init__` ends."""
        super().__init_subclass__()
        make: Any = cls.__init__

        @wraps(make)
        def complete(self: Value, *args: object, **named: object) -> None:
            make(self, *args, **named)
            if type(self) is cls:  # or a subclass has attributes to set yet
                vars(self)["_complete"] = True

        setattr(cls, "__init__", complete)  # noqa: B010 (mypy takes no assignment)

    def __setattr__(self, name: str, value: object) -> None:
        if "_complete" in vars(self):
            raise AttributeError(f"a {type(self).__name__} does not change")
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")
