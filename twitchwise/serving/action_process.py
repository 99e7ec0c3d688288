"""The process of the action server: ``python -m twitchwise.serving.action_process PORT``.

It listens on this machine only: on an error, rasa-sdk answers with the whole conversation.
"""

from __future__ import annotations

import os
import sys


def main(port: int) -> None:
    """Serve the actions until the process is told to stop."""
    os.environ["SANIC_HOST"] = "127.0.0.1"
    from rasa_sdk.endpoint import run

    from twitchwise.faq import project_faq
    from twitchwise.serving.logs import configure_logs

    configure_logs()
    project_faq()  # Content mistakes show now, and the first answer is as quick as the others.
    run("actions", port=port, cors_origins=[])


if __name__ == "__main__":
    main(int(sys.argv[1]))
