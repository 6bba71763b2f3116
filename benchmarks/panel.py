"""How soon the panel follows an edit, in a real browser: from the key to the painted page.

``python benchmarks/panel.py`` prints milliseconds as JSON. It needs what the browser
tests need (see ``tests/panels/test_browser.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

import lab  # noqa: E402 (it is a part of the tests)
from playwright.sync_api import sync_playwright  # noqa: E402

EDITS = 30
PORT = "tr[data-rule='bridge-to-application'] [data-column='services']"
EDIT = """async ([place, text]) => {
  const panel = document.querySelector(".orosec-panel");
  const field = panel.querySelector(place);
  const drawn = new Promise((done) =>
    new MutationObserver((_, watching) => { watching.disconnect(); done(); })
      .observe(panel, { attributes: true, attributeFilter: ["data-drawn"] }));
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("change"));
  await drawn;
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  return performance.now() - start;
}"""


def milliseconds(page: Any) -> list[float]:
    """Measure edits that differ, so that no answer was kept from an earlier one."""
    texts = [f"tcp:22 tcp:{5000 + number}" for number in range(EDITS)]
    return [page.evaluate(EDIT, [PORT, text]) for text in texts]


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        notebooks = Path(home) / "notebooks"
        shutil.copytree(ROOT / "notebooks", notebooks)
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        with lab.serve(notebooks) as address:
            path = lab.browser_path()
            browser = playwright.chromium.launch(executable_path=path, args=options)
            page = browser.new_page()
            lab.open_notebook(page, address, "09-what-if.ipynb")
            lab.run_all(page)
            page.wait_for_selector(".orosec-panel[data-drawn]")
            found = milliseconds(page)
            browser.close()
    tenths = quantiles(found, n=10)
    shown = {"edits": EDITS, "median": median(found), "p90": tenths[-1], "max": max(found)}
    shown["load"] = os.getloadavg()[0]
    print(json.dumps({name: round(value, 1) for name, value in shown.items()}))


if __name__ == "__main__":
    main()
