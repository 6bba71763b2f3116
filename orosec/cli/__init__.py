"""The commands of ``orosec``, one a module.

Each module says what it is (``ABOUT``), which common options it takes (``COMMON``), adds
arguments of its own (``fill``), and does its work (``run``), giving the exit status: 0 for
yes, 1 for no. Bad input is raised as an `orosec.errors.OrosecError`; the command line
turns it into one message and exit status 2. Costly imports stand inside ``run``.
"""

YES, NO, BAD_INPUT = 0, 1, 2
