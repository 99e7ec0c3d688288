"""What people read of Markdown (CommonMark), for the fakes whose platforms show it."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark")


def shown(markdown: str, *, breaks: bool) -> str:
    """Return the text that is shown; links are followed by their address.

    Args:
        markdown: what was sent.
        breaks: whether each line break is shown as one, as in Mattermost.
    """
    return "\n".join(_line(token, breaks) for token in _PARSER.parse(markdown) if _has_text(token))


def _has_text(token: Token) -> bool:
    return token.type in ("inline", "code_block", "fence", "html_block")


def _line(token: Token, breaks: bool) -> str:
    return _inline(token.children or (), breaks) if token.type == "inline" else token.content


def _inline(tokens: Sequence[Token], breaks: bool) -> str:
    text, href = "", ""
    for token in tokens:
        if token.type == "softbreak":
            text += "\n" if breaks else " "
        elif token.type == "hardbreak":
            text += "\n"
        elif token.type == "link_open":
            href, start = str(token.attrs["href"]), len(text)
        elif token.type == "link_close":
            text += "" if text[start:] == href else f" ({href})"
        else:
            text += token.content
    return text
