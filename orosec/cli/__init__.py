"""The command line: each module that holds a command of its own name is one.

A command is a function, made one by `orosec.cli.options.command`; so another module here is
another command. It returns whether the answer is yes, and raises bad input as an
`orosec.errors.OrosecError`, which `orosec.cli.main` turns into one message. What costs time
is imported when the command runs.
"""

YES, NO, UNUSABLE, CANNOT_SAY, INTERRUPTED = 0, 1, 2, 3, 130
