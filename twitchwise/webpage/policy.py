"""Security headers of the web page: what a browser may load, and who may show the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Everything that the page loads comes from here. The settings are a block of data, not a script.
_PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
#: The demo shows the page in a frame, as another site would, and nothing else.
_DEMO = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
#: Features of browsers that neither page uses.
_CLOSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
    *("microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
_ALL = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_DOCUMENT = {
    **_ALL,
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _CLOSED),
    "Cross-Origin-Opener-Policy": "same-origin",
}

ANY_SITE = "*"


def page_headers(embed_origins: Sequence[str]) -> dict[str, str]:
    """Return the headers of the page.

    There is no X-Frame-Options: it cannot name other sites, and browsers that know
    frame-ancestors pay no heed to it.

    Args:
        embed_origins: the sites that may show the page in a frame; ``*`` for any.
    """
    policy = dict(_PAGE)
    # A "*" there stands for http and https only, so for any site nothing is said.
    if ANY_SITE not in embed_origins:
        policy["frame-ancestors"] = " ".join(("'self'", *embed_origins))
    return {**_DOCUMENT, "Content-Security-Policy": _written(policy)}


def demo_headers() -> dict[str, str]:
    """Return the headers of the demo page."""
    return {**_DOCUMENT, "Content-Security-Policy": _written(_DEMO)}


def shared_headers() -> dict[str, str]:
    """Return the headers of scripts and other files, which other sites may load too."""
    return {**_ALL, "Cross-Origin-Resource-Policy": "cross-origin"}


def text_headers() -> dict[str, str]:
    """Return the headers of a line of text, such as a refusal."""
    return dict(_ALL)


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())
