"""YAML, with a bound: an alias stands for a copy, and a few lines of copies of copies are billions of values."""

from typing import TYPE_CHECKING, Any

from ..terminal import UsageError

if TYPE_CHECKING:
    import yaml

MAX_VALUES = 400_000
"""Aliases followed. A router with its service is about twenty; Traefik's own reader begins to refuse aliases here."""


def read_yaml(text: str) -> Any:
    """The document. Raises :class:`ValueError` for one that is not readable or too large, :class:`UsageError` without
    PyYAML."""
    try:
        import yaml
    except ImportError:
        raise UsageError("reading YAML needs the package PyYAML: pip install PyYAML") from None
    loader = yaml.SafeLoader(text)
    try:
        document = loader.get_single_node()
        if document is None:
            return None
        if _values(document, {}) > MAX_VALUES:
            raise ValueError(f"more than {MAX_VALUES:,} values, aliases followed")
        return loader.construct_document(document)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    finally:
        loader.dispose()


def _values(node: "yaml.Node", counted: "dict[yaml.Node, int]") -> int:
    """How many values the document has below this node, each alias counted as the copy that it is."""
    if node in counted:
        if not counted[node]:
            raise ValueError("an alias stands for something that it is a part of")
        return counted[node]
    counted[node] = 0  # not known yet: met again below itself, it has no end
    members = node.value if isinstance(node.value, list) else []
    pairs = (part for member in members for part in (member if isinstance(member, tuple) else (member,)))
    counted[node] = 1 + sum(_values(part, counted) for part in pairs)
    return counted[node]
