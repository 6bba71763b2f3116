"""A page of our own words, with a register of its own: what drift is tested on.

The source page may not be kept here. This one has all that makes reading it hard: two
equal sentences, items without a full stop, a name in brackets and code, an abbreviation,
words with hyphens, typographic quotes, a sentence for a heading, a banner and a call-out.
"""

from html import escape
from textwrap import fill

from orosec import Network, orocloud
from orosec.drift.fingerprints import fingerprint_of, sketch_of, words_of
from orosec.drift.rows import FingerprintRow
from orosec.model.page_rows import SectionRow, SentenceRow

LINES = (
    ("label", "Important"),
    ("B1", "You look at the draft of edition 3.2, which is not in force."),
    ("title", "Harbour"),
    ("network-segmentation", "Quays and Basins"),
    ("NS1", "The harbour of each town lies in a bay of its own."),
    ("NS2", "It is cut into the following two basins:"),
    ("google", "Ferries"),
    ("GL1", "No ferry has a mooring in the inner basin."),
    ("GL3", "The ferry pier takes cars only through gate 80 and crates through gate 8080."),
    ("cloudflare", "Barges"),
    ("CF2", "Barges come in on a rope that a small winch (`haulerd`) pays out."),
    ("CF3", "The barge pier takes crates only from the rope, through gate 8080."),
    ("AC0", "What follows holds for all boats:"),
    ("AC1", "Nobody on a boat may step onto a multi-level quay from outside the basin."),
    ("AC4", "The breakwater does not let in any boat from the sea."),
    ("traffic-rules", "Gates and Locks"),
    ("TF0", "Into the inner basin, boats come by these locks alone:"),
    ("TF1", "From the ferry: by gates 80, 443 and 8080; the last is for crates"),
    ("TF2", "From the pilot boat: by rope and gate 22"),
    ("TF3", "What stays in the basin and what leaves it is free."),
    ("TF5", "Into the outer basin, only the pilot’s launch comes, by lock 31194."),
    ("TF6", "What stays in the basin and what leaves it is free."),
    ("vpn-access", "Coming Aboard as a Guest"),
    ("label", "Warning"),
    ("VP2", "Please lend no key to anybody, as “finders” are keepers."),
    (
        "VP3",
        "To come aboard, a guest writes to the harbour’s office (Piers Inc. Ltd. Desk).",
    ),
    ("whats-next", "Onward"),
    ("WN1", "The tide tables, and how to read them (springs, neaps, etc.)"),
    ("WN2", "Lamps and their keepers"),
)
"""What kind of line each is: an id, the section of a heading, or a label."""

_KINDS = {"banner": "banner", "page": "title", "every-cdn": "lead-in"}
_SECTION_OF = {"B": "banner", "A": "every-cdn"}
HEADINGS = {kind: text for kind, text in LINES if kind.islower() and kind != "label"}
SENTENCES = {kind: text for kind, text in LINES if kind[0].isupper()}


def bare(text):
    """Give a line as it is read, without the marks of code."""
    return text.replace("`", "")


def _section(name):
    kind = _KINDS.get(name, "heading")
    return SectionRow(name, "", kind, "02-application-subnet", "Ours.", "documented")


def _sentences(lines):
    section = "banner"
    for kind, _ in lines:
        if kind in HEADINGS:
            section = kind
        elif kind != "label":
            section = _SECTION_OF.get(kind[0], section)
            yield SentenceRow(
                kind, "", section, "", "normative-network", "Ours.", "documented"
            )


def _sections():
    yield _section("banner")
    for kind, _ in LINES:
        if kind in HEADINGS:
            yield _section(_named(kind))
        if kind == "AC0":
            yield _section("every-cdn")


def _named(kind):
    return "page" if kind == "title" else kind


def _fingerprints():
    texts = {_named(kind): text.casefold() for kind, text in HEADINGS.items()}
    for part, text in (texts | SENTENCES).items():
        words = words_of(bare(text))
        known = (fingerprint_of(words), len(words), sketch_of(words))
        yield FingerprintRow(part, *known, "documented")


NETWORK = Network(
    orocloud.tables.replaced(
        sections=tuple(_sections()),
        sentences=tuple(_sentences(LINES)),
        fingerprints=tuple(_fingerprints()),
    )
)
"""The documented network, with the register of this page."""

TABLES = NETWORK.tables


def plain(lines=LINES):
    """Give lines as text, one a line, as pasted from a browser."""
    return "\n".join(bare(text) for _, text in lines) + "\n"


def with_changed(name, text):
    """Give the lines with one of them changed, or taken away where *text* is None."""
    changed = [(kind, text if kind == name else old) for kind, old in LINES]
    return tuple(line for line in changed if line[1] is not None)


def with_after(name, *added):
    """Give the lines with more lines after one of them."""
    place = [kind for kind, _ in LINES].index(name) + 1
    return (*LINES[:place], *added, *LINES[place:])


def is_heading(kind):
    """Tell whether a line is a heading."""
    return kind.islower() and kind != "label"


def torn(lines=LINES):
    """Give the text as a browser gives it where code stands in a line of its own."""
    return plain(lines).replace("(haulerd) pays", "(\nhaulerd\n) pays")


def markdown(lines=LINES):
    """Give lines as Markdown: headings, items, a link, code, emphasis."""
    marks = {"label": "#### "}
    texts = (
        f"{'## ' if is_heading(kind) else marks.get(kind, '* ')}{text}"
        for kind, text in lines
    )
    page = "<!-- of the site -->\n\n<a id='top'></a>\n\n" + "\n\n".join(texts)
    return page.replace("pilot boat", "[pilot boat](boats.md#pilot)").replace(
        "the inner basin", "the **inner basin**"
    )


def restructured(lines=LINES, width=0):
    """Give lines as reStructuredText, with what only its tools see."""
    parts = [":orphan:", "", ".. _harbour:", ""]
    for kind, text in lines:
        code = text.replace("`", "``").replace("pilot boat", ":ref:`pilot boat <pilot>`")
        if is_heading(kind):
            parts += [code, "=" * len(code), ""]
        elif kind == "label":
            parts += [f".. {text.lower()}::", ""]
        elif width:
            parts += [fill(code, width, initial_indent="* ", subsequent_indent="  "), ""]
        else:
            parts += [f"* {code}", ""]
    parts += [".. image:: /bay.png", "   :alt: The Bay", "", ".. a note to ourselves", ""]
    parts += [".. toctree::", "   :hidden:", "", "   lamps", ""]
    return "\n".join(parts)


def html(lines=LINES, main=' role="main"'):
    """Give lines as a page of HTML with all that sites put around one."""
    body = []
    for kind, text in lines:
        begin, code, rest = text.partition("`")
        name, _, after = rest.partition("`")
        span = f'<code><span class="pre">{escape(name)}</span></code>' if code else ""
        shown = f"{escape(begin)}{span}{escape(after)}"
        if is_heading(kind):
            link = '<a class="headerlink" href="#x" title="Permalink">¶</a>'
            body.append(f"<section><h2>{shown}{link}</h2>")
        else:
            tag = "p" if kind == "label" else "li"
            body.append(f"<{tag}>\n  {shown.replace(' ', '  ')}\n</{tag}>")
    return (
        "<!DOCTYPE html><html><head><title>Harbour and Town</title>"
        "<style>p { color: red }</style><script>var gate = 'Only gate 99.';</script></head>"
        "<body><nav><ul><li>Ferries</li><li>Harbour</li><li>Gate 7 is new.</li></ul></nav>"
        '<div class="sphinxsidebar"><h3>Also</h3><p>Read of gate 5. It is open.</p></div>'
        f"<div{main}>{''.join(body)}</div>"
        "<footer>© 2025 Piers Inc. All rights reserved. No gate is open.</footer></body>"
        "</html>"
    )


def forms(lines=LINES, only=()):
    """Give lines in many forms, or in *only* some of them: name, bytes, form."""
    return tuple(
        (name, made if isinstance(made, bytes) else made.encode(), form)
        for name, (make, form) in _FORMS.items()
        if name in (only or _FORMS)
        for made in [make(lines)]
    )


def _numbered(lines):
    return "\n".join(
        bare(text) if is_heading(kind) else f"{number}. {bare(text)}"
        for number, (kind, text) in enumerate(lines)
    )


def _flow(lines):
    return " ".join(plain(lines).split())


_FORMS = {
    "plain": (plain, "txt"),
    "torn": (torn, "txt"),
    "reflowed": (lambda lines: fill(_flow(lines), 60), "txt"),
    "one line": (_flow, "txt"),
    "wrapped": (
        lambda lines: "\n\n".join(fill(line, 40) for line in plain(lines).splitlines()),
        "txt",
    ),
    "line feeds of Windows": (lambda lines: plain(lines).replace("\n", "\r\n"), "txt"),
    "numbered": (_numbered, "txt"),
    "bullets": (lambda lines: plain(lines).replace("\n", "\n• "), "txt"),
    "with a mark": (lambda lines: plain(lines).encode("utf-8-sig"), "txt"),
    "UTF-16": (lambda lines: plain(lines).encode("utf-16"), "txt"),
    "UTF-16 without a mark": (lambda lines: plain(lines).encode("utf-16-le"), "txt"),
    "Windows-1252": (lambda lines: plain(lines).encode("cp1252"), "txt"),
    "Latin-1": (lambda lines: _straight(plain(lines)).encode("latin-1"), "txt"),
    "Markdown": (markdown, "md"),
    "reStructuredText": (restructured, "rst"),
    "wrapped reStructuredText": (lambda lines: restructured(lines, 50), "rst"),
    "HTML": (html, "html"),
    "HTML without a main part": (lambda lines: html(lines, ""), "html"),
    "HTML in Latin-1": (lambda lines: html(lines).encode("cp1252"), "html"),
}
"""Each form: how it is made, and as what it is read."""


def _straight(text):
    return text.replace("’", "'").replace("“", '"').replace("”", '"')
