"""``orosec drift``: what changed in a newer copy of the page."""

from click import Argument, Choice, Option

from orosec.cli.options import AS_TYPED, JSON, TABLES, Common, command

PAGE = Argument(
    ["file"], type=AS_TYPED, help="A copy .html, .md, .rst or .txt; - for standard input."
)
FORMS = Choice(("html", "md", "rst", "txt"))
FORM = Option(["--as", "form"], type=FORMS, help="Its form, if its name does not tell.")


@command("drift", PAGE, FORM, JSON, TABLES, example="page.html")
def drift(common: Common, file: str, form: str | None) -> bool:
    """Compare a newer copy of the page with the register.

    Exit status 0 where nothing drifted, 1 where something did.
    """
    from orosec.drift import report

    found = report.drift(file, form=form or "", network=common.network)
    common.show(found)
    return not found.drifted
