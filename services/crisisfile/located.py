"""YAML that remembers its lines, and the faults found in it: what a person needs to mend a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LIMIT = 5 * 1024 * 1024
"""Bytes that a crisis file may have."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file: where, and what to do."""

    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        place = _("line %(line)d") % {"line": self.line}
        return f"{place}, {self.field}: {self.sentence}" if self.field else f"{place}: {self.sentence}"


class BadFile(Exception):
    """A file that is refused whole, with every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults

    def told(self, file: Path) -> str:
        """For the terminal: which file, how many faults, that nothing was changed, and each fault."""
        said = ngettext(
            "%(file)s: %(count)d fault, nothing was changed.",
            "%(file)s: %(count)d faults, nothing was changed.",
            len(self.faults),
        )
        return f"{said % {'file': file, 'count': len(self.faults)}}\n{self}"


class Located(dict[str, Any]):
    """A mapping that knows its own line and each key's."""

    line: int = 1

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class LocatedList(list[Any]):
    """A list that knows each item's line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def located(value: Any) -> Any:
    """A value that comes from no file, as one: all of it stands on the first line."""
    if isinstance(value, dict):
        found = Located()
        found.update({name: located(inner) for name, inner in value.items()})
        found.lines = dict.fromkeys(value, 1)
        return found
    if isinstance(value, list):
        items = LocatedList()
        items.extend(map(located, value))
        items.lines = [1] * len(value)
        return items
    return value


def line_of(node: yaml.Node) -> int:
    """The line as people count."""
    return int(node.start_mark.line) + 1


def read(raw: bytes) -> Located:
    """The file as mappings and lists that know their lines. Raises BadFile for what is no such file."""
    if len(raw) > LIMIT:
        raise BadFile([Fault(1, "", _("The file is larger than 5 MB: split it."))])
    try:
        text = raw.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise BadFile([Fault(1, "", _("The file uses YAML aliases (*name): write the values out."))])
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except UnicodeDecodeError:
        raise BadFile([Fault(1, "", _("The file is not UTF-8 text: save it as UTF-8."))]) from None
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        what = _("This is not YAML: %(problem)s.") % {"problem": getattr(failure, "problem", None) or str(failure)}
        raise BadFile([Fault(mark.line + 1 if mark else 1, "", what)]) from None
    except RecursionError:
        raise BadFile([Fault(1, "", _("The file is nested too deeply."))]) from None
    faults: list[Fault] = []
    value = built(loader, node, faults) if node is not None else None
    if faults:
        raise BadFile(faults)
    if not isinstance(value, Located):
        raise BadFile(
            [Fault(1, "", _("The file is empty or not a crisis file: it begins with organisation, sites, services."))]
        )
    return value


def built(loader: yaml.SafeLoader, node: yaml.Node, faults: list[Fault]) -> Any:
    """A node as Python has it; a key written twice is a fault."""
    if isinstance(node, yaml.MappingNode):
        found = Located()
        found.line = line_of(node)
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                faults.append(Fault(line_of(key_node), key, _("This key stands twice: keep one.")))
            found[key] = built(loader, value_node, faults)
            found.lines[key] = line_of(key_node)
        return found
    if isinstance(node, yaml.SequenceNode):
        items = LocatedList()
        for item in node.value:
            items.append(built(loader, item, faults))
            items.lines.append(line_of(item))
        return items
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError):
        faults.append(Fault(line_of(node), "", _("This value cannot be read: put it in quotes.")))
        return None
