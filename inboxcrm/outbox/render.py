"""Letters' texts from templates: `templates/mail/<letter>/<language>/body.txt` and `body.html`.

A letter in many languages has them once, in `templates/mail/<letter>`, and `words.txt` in each language's folder.
Unknown names are errors, never blanks (P19); foreign text is escaped in HTML and stripped of control and
bidi characters everywhere (V13).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, meta, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

import inboxcrm
from inboxcrm.base.errors import InboxcrmError

FOLDER = Path(inboxcrm.__file__).parent / "templates" / "mail"
TO_CUSTOMERS = ("ask", "invoice", "quote")  # the letters that a customer reads
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class LetterUnwritable(InboxcrmError):
    """A letter's text cannot be made: the template is missing, or a fact that it names."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"the letter {template} cannot be written: {reason}")


def clean(value: Any) -> Any:
    """Strip control and bidi characters from every text in plain values."""
    if isinstance(value, str):
        return _UNSEEN.sub("", value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


@lru_cache
def _environment() -> SandboxedEnvironment:
    def is_html(name: str | None) -> bool:
        return bool(name and name.endswith(".html"))

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=is_html,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "quoted": quote_text,
        "lines": break_lines,
        "line": lambda text: " ".join(str(text).split()),
        "sentence": lambda text: str(text)[:1].upper() + str(text)[1:],
        "first_name": first_name,
    }
    return environment


def quote_text(text: str) -> str:
    """Give foreign text with a quote mark before each line, so that none can pass for ours."""
    return "\n".join(f"> {line}".rstrip() for line in str(text).splitlines())


def break_lines(text: str) -> Markup:
    """Give foreign text as HTML: escaped, each line on its own, what it quotes itself in grey."""
    return Markup("<br>").join(
        Markup('<span class="pale" style="color:#5f6b7a">{}</span>').format(line)
        if line.startswith(">")
        else escape(line)
        for line in str(text).splitlines()
    )


def first_name(name: str) -> str:
    """Give how to greet one of our own people: the first word of the name, unless it is a title or surname."""
    first = (str(name).split() or [""])[0]
    return str(name) if first.endswith((".", ",")) else first


@lru_cache
def template_languages(template: str) -> frozenset[str]:
    """Give the languages in which there is a text of a letter."""
    return frozenset(folder.name for folder in (FOLDER / template).iterdir() if folder.is_dir())


def faulty_templates() -> list[str]:
    """Name each text of a letter that cannot be read, with what is wrong in it."""
    faults = []
    for name in sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("body.*")):
        try:
            _environment().get_template(name)
        except TemplateError as error:
            faults.append(f"templates/mail/{name}: {error}")
    return faults


def letters_without(language: str) -> list[str]:
    """Name the letters to customers that have no text in a language; mails to our own people are in English."""
    names = sorted(name for name in TO_CUSTOMERS if (FOLDER / name).is_dir())
    return [name for name in names if language not in template_languages(name)]


def render_body(template: str, facts: dict[str, Any], language: str = "en") -> tuple[str, str | None]:
    """Give a letter's plain text and, where there is such a template, its HTML. Raises LetterUnwritable."""
    try:
        return _render(template, clean(facts), language)
    except TemplateError as error:
        raise LetterUnwritable(template, f"{type(error).__name__}: {error}") from error


class EmptyFact(TemplateError):
    """A text would write out a fact that has no value: a blank in a letter to a customer (P19)."""

    def __init__(self) -> None:
        super().__init__("it writes out a fact that is empty; ask for it first, such as {{ x or 'there' }}")


def _written(value: Any) -> Any:
    if value is None:
        raise EmptyFact
    return value


@lru_cache
def _words_environment() -> SandboxedEnvironment:
    """Give what texts of one's own are made by: nothing is read besides, and no fact that is empty is written."""
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, finalize=_written, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= _environment().filters
    return environment


def names_in(template: str, source: str) -> list[tuple[str, int]]:
    """Give the facts that a text of one's own names, `deal.amount` by both its words, each with its line.

    Raises LetterUnwritable of a text that cannot be read, with the line.
    """
    environment = _words_environment()
    try:
        tree = environment.parse(source)
        environment.compile(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise LetterUnwritable(template, f"line {line}: {error}" if line else str(error)) from error
    wanted = meta.find_undeclared_variables(tree)
    found = {(node.name, node.lineno) for node in tree.find_all(nodes.Name) if node.name in wanted}
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name in wanted:
            found.add((f"{node.node.name}.{node.attr}", node.lineno))
    return sorted(found, key=lambda one: (one[1], one[0]))


def render_words(template: str, source: str, facts: dict[str, Any]) -> str:
    """Give a text of one's own with facts in it. Raises LetterUnwritable of a fact that is not there, or is empty."""
    try:
        return _words_environment().from_string(source).render(clean(facts)).strip()
    except TemplateError as error:
        raise LetterUnwritable(template, str(error)) from error


def _render(template: str, values: dict[str, Any], language: str) -> tuple[str, str | None]:
    """Render the texts of a language, or the one text of a letter that takes its words from the language's folder."""
    environment, values = _environment(), values | {"language": language}
    places = (f"{template}/{language}/body", f"{template}/body")
    text = environment.select_template([f"{place}.txt" for place in places]).render(values).strip() + "\n"
    try:
        html = environment.select_template([f"{place}.html" for place in places])
    except TemplateNotFound:
        return text, None
    return text, html.render(values)
