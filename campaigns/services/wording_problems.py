"""Says a template's problem as a sentence with its place."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.rules.templates import Problem

_SAID = {
    "unknown_variable": _("there is no variable “%(name)s”: choose one from the list"),
    "unknown_filter": _("there is no filter “%(name)s”"),
    "unknown_tag": _("there is no tag “%(name)s”"),
    "needs_default": _("“%(name)s” may be missing: write {{ %(name)s | default: '…' }}"),
    "needs_date": _("“%(name)s” is a day: give it a format"),
    "needs_money": _("“%(name)s” is money: write it with the filter “money”"),
    "not_a_url": _("only an address may stand here"),
    "needs_url_encode": _("inside an address write the filter “url_encode”"),
    "forbidden_html": _("this tag is not allowed in a message"),
    "forbidden_link": _("this kind of link is not allowed"),
    "syntax": _("this cannot be read: look for a missing bracket"),
    "too_long": _("the text is too long"),
    "too_many_variables": _("there are too many variables"),
    "too_many_loops": _("loops inside of loops go too deep"),
    "not_a_list": _("“%(name)s” is not a list"),
}


def sentence(problem: Problem) -> str:
    """Line 3, sign 15: there is no variable “nope”: choose one from the list."""
    said = str(_SAID.get(problem.code, problem.code)) % {"name": problem.name}
    place = {"line": problem.line, "column": problem.column, "what": said}
    return gettext("Line %(line)s, character %(column)s: %(what)s") % place
