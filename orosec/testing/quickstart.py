"""A pytest plugin that is loaded before all others, to spare each process 1.4 seconds.

JupyterLab installs a package that checks URLs by an Earley grammar (rfc3987-syntax).
Merely having it makes `jsonschema` compile that grammar wherever notebooks are read,
in every pytest process and every worker. Nothing here checks such URLs; so for this
process the package counts as missing, as it does where JupyterLab is not installed.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
