"""XML of unknown origin → elements: nothing outside is fetched, no entity is expanded, sizes are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.errors import SourceError

_MAX_XML_BYTES = 100_000_000


def parse_xml(data: bytes, name: str) -> Any:
    """The root element of ``data``; entities stay unexpanded, so a small file cannot become a large tree.

    Raises:
        SourceError: no XML, nested too deeply or larger than 100 MB.
    """
    if len(data) > _MAX_XML_BYTES:
        raise SourceError(f"{name} holds {len(data)} bytes of XML; expected at most {_MAX_XML_BYTES}: split it")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        fault = str(error).partition("\n")[0]
        raise SourceError(f"{name} holds damaged XML ({fault}); save it again from its program") from error
    if root is None:
        raise SourceError(f"{name} holds empty XML; save it again from its program")
    return root


def local_name(element: Any) -> str:
    """The tag without its namespace; empty for an entity, which is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The attribute called ``name`` in whatever namespace; empty where there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def find_all(element: Any, name: str) -> Iterator[Any]:
    """Every element below called ``name`` in whatever namespace, in document order."""
    return (found for found in element.iter() if local_name(found) == name)


def find_first(element: Any, name: str) -> Any | None:
    """The first of ``find_all``, or None."""
    return next(find_all(element, name), None)


def children(element: Any, name: str) -> Iterator[Any]:
    """The direct children called ``name`` in whatever namespace."""
    return (child for child in element if local_name(child) == name)
