"""What sites put into every page: labels of call-outs, and short phrases of their own.

The lists are closed and short on purpose. A phrase is passed over only where it makes a
whole piece of text, so none can hide a sentence.
"""

from __future__ import annotations

import re

_LABELS = re.compile(
    "attention|caution|danger|error|example|hint|important|info|note|notice|see also|tip"
    "|warning"
)
_PHRASES = re.compile(
    r"(skip|jump) to (main )?content"
    r"|search( docs| this site| the docs)?|menu|home|close|print|share"
    r"|(table of )?contents|on this page|in this (article|page|section)"
    r"|(edit|view|open|improve) (this )?(page|source)( source)?( on git(hub|lab))?"
    r"|(edit|view) on github|report an issue|suggest (an edit|edits)"
    r"|(was|is) this (page|article|topic) (helpful|useful)|yes|no|feedback"
    r"|(previous|next|prev)( page| topic| article)?|back to top|top"
    r"|copy( link| code| to clipboard)?|link copied|click to (enlarge|expand)|#"
    r"|permalink to .{1,80}|(direct )?link to this (heading|headline|section)"
    r"|(©|\(c\)|copyright) .{1,80}|all rights reserved"
    r"|(last )?(updated|modified|edited)( on)?:? .{0,30}\b20\d\d"
    r"|(powered|built|created) (by|with|using) [^.]{1,60}"
    r"|(log|sign) ?(in|up|out)|subscribe|contact( us)?|get support"
    r"|(privacy|cookie) (policy|notice|settings)|terms( of (use|service))?|imprint"
    r"|(we|this (web)?site) uses? cookies.{0,200}"
    r"|(accept|reject|allow)( all)?( cookies)?"
    r"|by (continuing|using|browsing).{1,120}cookies.{0,80}"
)


def is_label(text: str) -> bool:
    """Return whether a text is the label of a call-out.

    >>> is_label("Note:")
    True
    """
    return bool(_LABELS.fullmatch(text.casefold().rstrip(":!")))


def is_of_a_site(text: str) -> bool:
    """Return whether a text is a phrase of the site around a page.

    >>> is_of_a_site("Was this page helpful?")
    True
    >>> is_of_a_site("No connection is accepted.")
    False
    """
    return bool(_PHRASES.fullmatch(text.casefold().strip(" .:?!»«|")))
