"""The process of the Rasa server.

``python -m twitchwise.serving.rasa_process HOST PORT ACTION_SERVER_URL`` is ``rasa run`` without
the command line's own imports, which cost seconds.
"""

from __future__ import annotations

import gc
import sys


def main(host: str, port: int, action_server_url: str) -> None:
    """Serve the trained model until the process is told to stop."""
    # What is loaded at the start stays: looking through it for garbage again and again takes
    # an eighth of the start, and time of later turns.
    gc.disable()
    import rasa.core.run
    from rasa.core.utils import AvailableEndpoints

    from twitchwise.serving.logs import configure_rasa_logs
    from twitchwise.serving.rasa_tuning import ActionServerEndpoint, tune_rasa
    from twitchwise.serving.sanic_mending import mend_sanic
    from twitchwise.serving.sources import model_path

    configure_rasa_logs()
    endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
    endpoints.action = ActionServerEndpoint(action_server_url, **endpoints.action.kwargs)
    tune_rasa()
    mend_sanic()
    rasa.core.run.serve_application(
        model_path=str(model_path()),
        interface=host,
        port=port,
        credentials="credentials.yml",
        endpoints=endpoints,
        # The HTTP API can read and change every conversation; the channels do not need it.
        enable_api=False,
        server_listeners=[
            (_deliver_escalations, "before_server_start"),
            (_collect_garbage_from_now_on, "after_server_start"),
            (endpoints.action.close, "after_server_stop"),
        ],
    )


async def _deliver_escalations(*_: object) -> None:
    """Start to deliver what an earlier process has left, before the first message comes."""
    from twitchwise.escalations.recorder import project_recorder

    project_recorder()


async def _collect_garbage_from_now_on(*_: object) -> None:
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
