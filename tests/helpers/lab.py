"""A running JupyterLab, and a browser that looks at it: for `test_browser` alone.

Nothing here waits for a fixed time: each step waits for the condition it needs.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOOPBACK = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")
_SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false"},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
_READY = """async () => {
  const shown = jupyterapp.shell.currentWidget;
  await shown.context.ready;
  await shown.sessionContext.ready;
  await shown.sessionContext.session.kernel.info;
}"""


def browser_path():
    """Give the browser on the path, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def serve(folder):
    """Run JupyterLab in *folder*, with settings of its own; give its address."""
    home = folder.parent / "jupyter"
    places = {"CONFIG": "config", "RUNTIME": "runtime", "DATA": "data"}
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(
            [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        ),
        **{f"JUPYTER_{name}_DIR": str(home / place) for name, place in places.items()},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    environment.pop("PYTEST_CURRENT_TEST", None)
    _write_settings(home / "settings")
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder.parent / "jupyter.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *_options(folder, port)],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_up(server, address, folder.parent / "jupyter.log")
            yield address
        finally:
            _stop(server)


def _options(folder, port):
    return (
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",
        "--allow-root",
        "--FileContentsManager.pre_save_hook=orosec.testing.untouched.keep_kernel",
        "--expose-app-in-browser",
    )


def _write_settings(folder):
    for name, values in _SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(server, address, log, patience=90):
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    told = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"JupyterLab did not come up:\n{told}")


def _stop(server):
    """Stop it as two Ctrl-C do, so that its kernels end with it."""
    for _ in range(2):
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                continue
    if server.poll() is None:
        server.kill()
        server.wait()


def watch(page):
    """Collect what must not happen: errors on the page, requests beyond loopback."""
    seen = []
    page.on("pageerror", lambda error: seen.append(f"error on the page: {error}"))
    page.on("request", lambda request: _note(seen, request.url))
    return seen


def _note(seen, url):
    if not url.startswith(LOOPBACK):
        seen.append(f"request to {url}")


def open_notebook(page, address, name):
    """Open a notebook, and wait until its kernel answers (before, cells are dropped)."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(_READY)


def run_all(page):
    """Run every cell; its promise may hang, so outputs are what to wait for."""
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells'); 0")


def set_theme(page, dark):
    """Change between light and dark, and wait until the page shows it."""
    theme = "JupyterLab Dark" if dark else "JupyterLab Light"
    page.evaluate(
        "theme => {jupyterapp.commands.execute('apputils:change-theme', {theme})}", theme
    )
    page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
