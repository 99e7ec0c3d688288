"""The process that trains: ``python -m twitchwise.serving.rasa_training NAME``."""

from __future__ import annotations

import sys

from twitchwise.errors import TwitchwiseError


def main(model_name: str) -> int:
    """Build the spaCy pipeline and train; return an exit code."""
    # Imported here: TensorFlow takes seconds, and content mistakes are told before that.
    from twitchwise.faq import load_faq
    from twitchwise.faq.loader import RED_FLAGS
    from twitchwise.paths import faq_folder
    from twitchwise.safety import load_rules

    try:
        faq = load_faq()
        load_rules(faq_folder() / RED_FLAGS)
        from twitchwise.nlu.spacy_pipeline import build_pipeline
        from twitchwise.safety.training import build_if_needed

        build_pipeline(faq)
        build_if_needed()
        _train(model_name)
    except TwitchwiseError as error:
        print(str(error).splitlines()[-1])
        return 1
    return 0


def _train(model_name: str) -> None:
    import rasa.model_training
    from rasa.shared.exceptions import RasaException

    from twitchwise.serving.logs import configure_rasa_logs

    configure_rasa_logs()
    try:
        result = rasa.model_training.train(
            domain="domain.yml",
            config="config.yml",
            training_files=["data/nlu", "data/rules"],
            output="models",
            fixed_model_name=model_name,
            # Rasa's cache does not see changes in helper modules.
            force_training=True,
        )
    except RasaException as error:
        raise TwitchwiseError(" ".join(str(error).split())) from error
    if result.code != 0 or result.model is None:
        raise TwitchwiseError("Rasa made no model.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
