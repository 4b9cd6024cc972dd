"""Every text of the portal that asks to be translated, found in Python files and templates.

Python is read as a syntax tree, templates as Django parses them, so what is found is what will be looked up.
A text that is built at run time cannot be found by anyone: it is reported as an error.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import engines
from django.template.base import NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

PACKAGES = ("geoportal", "layers", "regions", "ingest", "tiles")
MODULE = "django.utils.translation"
# Function -> the positions of context, singular and plural among its arguments.
POSITIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}


class NotCollectable(Exception):
    """A text that is no literal, with its place."""


@dataclass(frozen=True)
class Message:
    """What gettext looks up. ``where`` is the file of the text, from the project's folder."""

    text: str
    plural: str | None
    context: str | None
    where: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def collect(root: Path) -> list[Message]:
    """All messages below ``root``, in order of file and place. Raises NotCollectable."""
    found: list[Message] = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            where = path.relative_to(root).as_posix()
            if path.suffix == ".py" and "migrations" not in path.parts:
                found.extend(messages_of_python(path.read_text(encoding="utf-8"), where))
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                found.extend(messages_of_template(path.read_text(encoding="utf-8"), where))
    return found


def messages_of_python(source: str, where: str) -> Iterator[Message]:
    tree = ast.parse(source, where)
    names = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            context, text, plural = POSITIONS[names[node.func.id]]
            # A variable is fine where it is looked up again: its text was marked where it was written.
            if isinstance(node.args[text], ast.Name | ast.Subscript | ast.Attribute):
                continue
            yield Message(
                _literal(node, text, where),
                None if plural is None else _literal(node, plural, where),
                None if context is None else _literal(node, context, where),
                where,
            )


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Local name -> gettext function, lazy or not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == MODULE:
            for alias in node.names:
                plain = alias.name.removesuffix("_lazy")
                if plain in POSITIONS:
                    yield alias.asname or alias.name, plain


def _literal(call: ast.Call, position: int, where: str) -> str:
    node = call.args[position]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotCollectable(f"{where}:{call.lineno}: a text to translate must be written out")


def messages_of_template(source: str, where: str) -> Iterator[Message]:
    nodes: NodeList = engines["django"].from_string(source).template.nodelist  # type: ignore[attr-defined]
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield _translated(node, where)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        yield _block_translated(node, where)


# Django's classes of these nodes are private to it, and untyped: hence Any.
def _translated(node: Any, where: str) -> Message:
    text = getattr(node.filter_expression.var, "literal", None)
    if not isinstance(text, str):
        raise NotCollectable(f"{where}: a text to translate must be written out")
    # Django looks texts of templates up with their percent signs doubled.
    return Message(text.replace("%", "%%"), None, _context(node), where)


def _block_translated(node: Any, where: str) -> Message:
    singular, _names = node.render_token_list(node.singular)
    plural = node.render_token_list(node.plural)[0] if node.plural else None
    return Message(singular, plural, _context(node), where)


def _context(node: Any) -> str | None:
    return node.message_context.resolve({}) if node.message_context else None
