"""Run the command line: ``orosec`` and ``python -m orosec``."""

import signal
import sys


def run() -> int:
    """Return the exit status of the command that was typed, wherever Ctrl-C meets it."""
    try:
        from orosec.cli.main import main

        return main()
    except KeyboardInterrupt:  # while modules are imported, or an error is told
        return 130
    finally:  # all is said: what is left is to end
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(run())
