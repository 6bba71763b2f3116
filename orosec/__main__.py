"""Run the command line: ``python -m orosec``."""

import sys

from orosec.cli.main import main

sys.exit(main())
