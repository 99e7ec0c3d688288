"""The platforms that the channel tests know: each one in the registry has a driver and a fake.

A platform without them cannot be registered: the tests do not start then.
"""

from __future__ import annotations

import importlib
import os

from tests.channels.drivers.driver import Driver
from tests.channels.fakes.server import FakePlatform
from twitchwise.channels.platforms.registry import ROWS

#: While one platform is worked on: PLATFORMS=telegram,slack
_ONLY = os.environ.get("PLATFORMS", "")
IS_PART = bool(_ONLY)


def _parts(name: str) -> tuple[type[Driver], type[FakePlatform]]:
    module = importlib.import_module(f"tests.channels.drivers.{name}")
    return module.DRIVER, module.FAKE


#: In the order of the registry.
PLATFORMS: dict[str, tuple[type[Driver], type[FakePlatform]]] = {
    row.name: _parts(row.name) for row in ROWS if not _ONLY or row.name in _ONLY.split(",")
}
