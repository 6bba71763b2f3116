"""The notebooks in a real browser: JupyterLab, Chromium, and the panel used by hand.

Skipped where no browser is; ``OROSEC_BROWSER=required`` makes that a failure. What the
pages looked like is kept in ``build/browser``.
"""

import json
import os
import shutil

import lab
import pytest
from folders import set_cells

from orosec import orocloud, read_network

REQUIRED = os.environ.get("OROSEC_BROWSER") == "required"
try:
    from playwright.sync_api import expect, sync_playwright
except ImportError:
    if REQUIRED:
        raise
    told = "playwright is not installed: pip install -r requirements-dev.txt"
    pytest.skip(told, allow_module_level=True)
if lab.browser_path() is None:
    told = "no browser on the path: apt-get install chromium"
    if REQUIRED:
        raise RuntimeError(told)
    pytest.skip(told, allow_module_level=True)

pytestmark = pytest.mark.browser
LOOKS = lab.ROOT / "build" / "browser"
SHORTCUT = {
    "name": "gateway-to-database",
    "source": "vpn-gateway",
    "destination": "database",
    "services": "tcp:5432",
}
PROPOSAL = orocloud.with_rule(
    action="allow", rationale="A shortcut for the DBA.", **SHORTCUT
)
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A fresh clone: the notebooks, which nobody has trusted yet."""
    there = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(lab.ROOT / "notebooks", there, ignore=shutil.ignore_patterns(".*"))
    return there


@pytest.fixture(scope="module")
def address(folder):
    with lab.serve(folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        options = ["--disable-gpu", "--disable-background-networking"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        made = playwright.chromium.launch(executable_path=lab.browser_path(), args=options)
        yield made
        made.close()


@pytest.fixture(scope="module")
def window(browser, address):
    """A page with the notebook on changes, and what went wrong on it."""
    made = browser.new_page(viewport={"width": 1300, "height": 2400})
    seen = lab.watch(made)
    lab.open_notebook(made, address, "09-what-if.ipynb")
    yield made, seen
    made.close()


@pytest.fixture
def page(window):
    """A page on which nothing may fail, and which may call nobody outside."""
    made, seen = window
    yield made

    assert seen == []


@pytest.fixture
def panel(page):
    """A new panel: all cells of the notebook run, once more."""
    page.evaluate("document.querySelector('.orosec-panel')?.setAttribute('data-old', '')")
    lab.run_all(page)
    made = page.locator(".orosec-panel[data-drawn]:not([data-old])")
    expect(made).to_have_count(1)
    made.scroll_into_view_if_needed()
    return made


def field(panel, column, rule=None):
    """Give the field of a rule, or the one for a new rule."""
    place = panel.locator(f"tr[data-rule='{rule}']" if rule else ".form")
    return place.locator(f"[data-column='{column}']")


def add_shortcut(panel):
    for column, text in SHORTCUT.items():
        field(panel, column).fill(text)
    field(panel, "rationale").fill("A shortcut for the DBA.")
    panel.get_by_role("button", name="Add rule").click()
    expect(field(panel, "name", SHORTCUT["name"])).to_be_visible()


def keep_looks(page, panel, name):
    """Keep how the panel looks in light and in dark."""
    LOOKS.mkdir(parents=True, exist_ok=True)
    for dark in (False, True):
        lab.set_theme(page, dark)
        panel.screenshot(path=LOOKS / f"{name}-{'dark' if dark else 'light'}.png")
    lab.set_theme(page, dark=False)


def test_a_fresh_clone_shows_the_rules_in_place_of_the_panel(page):
    """Without a kernel there is a table, and what to do."""
    still = page.locator(".jp-OutputArea-output", has_text="The panel needs a kernel")

    expect(still).to_contain_text("load-balancer-to-web")


def test_a_promise_breaks_on_the_page_and_is_mended_by_undo(page, panel, folder):
    """Add a rule, read the promise it breaks, undo, redo, save: the edit, as in code."""
    broken, picture = panel.locator(".broken"), panel.locator("img.picture")
    expect(broken).not_to_contain_text("AC1-stores")
    add_shortcut(panel)

    expect(broken).to_contain_text("AC1-stores")
    expect(panel.locator(".difference")).to_contain_text("opened")
    assert "gateway → database: tcp:5432 (opened by" in picture.get_attribute("alt")
    keep_looks(page, panel, "broken")
    milliseconds = int(panel.get_attribute("data-milliseconds"))
    (LOOKS / "latency.json").write_text(json.dumps({"milliseconds": milliseconds}))

    panel.get_by_role("button", name="Undo").click()
    expect(broken).not_to_contain_text("AC1-stores")
    expect(field(panel, "name", SHORTCUT["name"])).to_have_count(0)

    panel.get_by_role("button", name="Redo").click()
    expect(broken).to_contain_text("AC1-stores")
    panel.get_by_label("folder", exact=True).fill("dba")
    panel.locator(".bar").get_by_label("why", exact=True).fill("Try it out.")
    panel.get_by_role("button", name="Save proposal").click()
    expect(panel.get_by_role("status")).to_contain_text("Saved in dba")
    assert read_network(folder / "dba") == PROPOSAL

    panel.get_by_text("Show as code").click()
    made = {}
    exec(panel.locator("pre").inner_text(), made)
    assert made["proposal"] == PROPOSAL


def test_bad_text_is_marked_and_kept(page, panel):
    """A cell says why it is not taken; the form, too; nothing typed is lost."""
    cell = field(panel, "destination", "bridge-to-application")
    cell.fill("databse")
    cell.press("Enter")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(panel.locator(".grid .problem")).to_contain_text("did you mean 'database'")
    expect(cell).to_have_value("databse")
    expect(panel.locator(".broken")).not_to_contain_text("TF2")

    field(panel, "name").fill("half a rule")
    field(panel, "services").fill("tcp:https")
    field(panel, "services").press("Enter")
    expect(panel.locator(".form .problem")).to_contain_text("write tcp:443")
    expect(field(panel, "services")).to_have_value("tcp:https")
    expect(field(panel, "name")).to_have_value("half a rule")
    keep_looks(page, panel, "refused")

    cell.press("Escape")
    expect(cell).to_have_value("application")
    expect(cell).to_have_attribute("aria-invalid", "false")


def test_text_is_never_markup(page, panel):
    """A hostile cell is shown as it was written, and does nothing."""
    hostile = "<img src=x onerror='window.hit=1'>"
    cell = field(panel, "source", "bridge-to-application")
    cell.fill(hostile)
    cell.press("Enter")
    expect(panel.locator(".grid .problem")).to_contain_text(hostile)
    field(panel, "rationale").fill(hostile)
    panel.get_by_role("button", name="Add rule").click()
    expect(panel.locator(".form .problem")).not_to_be_empty()

    expect(panel.locator("img")).to_have_count(1)
    assert page.evaluate("window.hit") is None


def test_what_is_being_typed_survives_an_answer(page, panel):
    """The panel is drawn anew while a cell is half written: text and cursor stay."""
    cell = field(panel, "services", "bridge-to-application")
    cell.focus()
    page.keyboard.press("End")
    page.keyboard.type(" udp")
    panel.get_by_label("CDN", exact=True).first.evaluate(
        "chosen => {chosen.value = 'cloudflare'; chosen.dispatchEvent(new Event('change'))}"
    )
    expect(field(panel, "name", "tunnel-to-web")).to_be_visible()
    expect(cell).to_be_focused()
    page.keyboard.type(":53")
    page.keyboard.press("Enter")

    expect(cell).to_have_value("tcp:22 icmp udp:53")
    expect(panel.locator(".broken")).to_contain_text("TF2-only")


def test_the_panel_works_by_keyboard(page, panel):
    """Along the rules, up and down in their order, undo and redo."""
    cell = field(panel, "priority", "load-balancer-to-web")
    cell.focus()
    page.keyboard.press("ArrowDown")
    expect(field(panel, "priority", "bridge-to-application")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    expect(cell).to_have_value("899")
    expect(cell).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell).to_have_value("1000")
    page.keyboard.press("Control+y")
    expect(cell).to_have_value("899")
    page.keyboard.press("Control+Delete")
    expect(cell).to_have_count(0)
    expect(panel.locator(".broken")).to_contain_text("GL2-visitor")


def test_the_other_variant_is_shown(panel):
    """Rules and picture follow the CDN that is chosen."""
    expect(field(panel, "name", "tunnel-to-web")).to_have_count(0)
    panel.get_by_label("CDN", exact=True).first.select_option("cloudflare")

    expect(field(panel, "name", "tunnel-to-web")).to_be_visible()
    expect(field(panel, "name", "load-balancer-to-web")).to_have_count(0)
    assert "cloudflare" in panel.locator("img.picture").get_attribute("alt")


def test_a_bad_folder_is_refused_and_the_panel_lives_on(panel, folder):
    """It tells every fault, and the rules are what they were."""
    bad = orocloud.save(folder / "bad")
    set_cells(bad, "rules", "bridge-to-application", services="ssh icmp")
    set_cells(bad, "rules", "nat-accepts-nothing", destination="ant")
    panel.get_by_label("folder", exact=True).fill("bad")
    panel.get_by_role("button", name="Open").click()

    expect(panel.get_by_role("status")).to_contain_text("names no protocol")
    expect(panel.get_by_role("status")).to_contain_text("did you mean 'nat'")
    expect(field(panel, "services", "bridge-to-application")).to_have_value("tcp:22 icmp")
    add_shortcut(panel)


def test_a_fresh_clone_shows_its_diagrams(page, address):
    """JupyterLab trusts no notebook it did not run, and drops SVG: the PNG is there."""
    lab.open_notebook(page, address, "01-network-segmentation.ipynb")
    pictures = page.locator(".jp-RenderedImage img")
    expect(pictures).to_have_count(2)
    widths = pictures.evaluate_all("found => found.map(one => one.naturalWidth)")

    assert min(widths) > 600
    expect(page.locator(".jp-RenderedSVG")).to_have_count(0)


@pytest.mark.parametrize("name", ["00-start-here.ipynb", "09-what-if.ipynb"])
def test_a_notebook_that_is_opened_and_saved_is_what_it_was(browser, address, folder, name):
    """JupyterLab saves by itself what a kernel says of itself: none of it is kept."""
    page = browser.new_page()
    lab.open_notebook(page, address, name)
    before = (lab.ROOT / "notebooks" / name).read_bytes()
    page.wait_for_function("jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    page.close()

    assert (folder / name).read_bytes() == before
