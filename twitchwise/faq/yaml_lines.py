"""YAML with line numbers, so that a mistake in a content file can be pointed at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml

Location = tuple[str | int, ...]

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """The C loader where there is one (ten times as fast); dates stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Base.yaml_implicit_resolvers.items()
}


#: No content file is deeper; a list that holds itself is without end.
_DEEPEST = 20


class LocatedYaml(NamedTuple):
    """A parsed file: its data, and the line (from 1) of every key and list item."""

    data: Any
    lines: dict[Location, int]

    def line_of(self, location: Location) -> int:
        """Return the line of ``location``, or of the nearest place around it."""
        for length in range(len(location), -1, -1):
            line = self.lines.get(location[:length])
            if line is not None:
                return line
        return 1


class YamlProblem(Exception):
    """A file that is not valid YAML, or that gives one key twice."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def load_yaml(path: Path) -> LocatedYaml:
    """Read ``path``.

    Raises:
        YamlProblem: the file is not UTF-8, not YAML, or has a key twice.
    """
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        try:
            node = loader.get_single_node()
            lines: dict[Location, int] = {}
            if node is not None:
                _collect_lines(node, (), lines)
            data = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise YamlProblem(1, f"the file is not UTF-8 text ({error.reason})") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise YamlProblem(line, f"not valid YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise YamlProblem(1, f"not valid YAML: {str(error).splitlines()[0]}") from error
    return LocatedYaml(data, lines)


def _collect_lines(node: yaml.Node, at: Location, lines: dict[Location, int]) -> None:
    if len(at) > _DEEPEST:
        raise YamlProblem(node.start_mark.line + 1, "lists or keys are nested too deep")
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in seen:
                raise YamlProblem(line, f"the key {name!r} stands here twice")
            seen.add(name)
            below: Location = (*at, name)
            lines[below] = line
            _collect_lines(value, below, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            inside: Location = (*at, number)
            lines[inside] = item.start_mark.line + 1
            _collect_lines(item, inside, lines)
