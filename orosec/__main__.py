"""Run the command line: ``python -m orosec``."""

import sys

from orosec.cli import main

sys.exit(main())
