"""What is given to people does not change under their hands."""

from __future__ import annotations


class Value:
    """Base of what orosec gives: each attribute is set once, by the object itself.

    An attribute that has a value, or that the class computes, takes no other one, and none
    can be taken away. What an attribute holds is immutable, too, or a fresh copy; a test
    walks all of it.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(type(self), name) or name in vars(self):
            raise AttributeError(f"a {type(self).__name__} does not change")
        vars(self)[name] = value

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")
