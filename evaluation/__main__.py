"""Measure how well people are understood: ``python -m evaluation [--no-peers] …``."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from evaluation.bot import put_to, running_bot
from evaluation.charts import draw_charts
from evaluation.floors import missed_floors
from evaluation.held_out import (
    DEVELOPMENT_DIALOGUES,
    DEVELOPMENT_QUESTIONS,
    load_dialogues,
    load_questions,
)
from evaluation.peers import BUILD, DIET, DIET_LOG, TFIDF, PeerError, measure_diet, measure_tfidf
from evaluation.report import document, shown, summary
from evaluation.results import Peer, Results, Run, read_results, read_run, write
from evaluation.scoring import Replies
from evaluation.thresholds import load_thresholds
from evaluation.understanding import (
    Parse,
    load_marked,
    load_parser,
    measure_sureness,
    measure_understanding,
    surest,
    understand,
)
from tests.live.client import Client
from twitchwise.errors import TwitchwiseError
from twitchwise.faq import Faq, project_faq
from twitchwise.paths import project_root

KEPT = Path(__file__).parent
RESULTS = KEPT / "results.json"
FIRST_RUN = KEPT / "first_run.json"
BASELINE = KEPT / "baseline.json"
DOCS = project_root() / "docs"
#: The page's pictures, in the folder of the page.
PICTURES = "evaluation"


def main() -> int:
    """Run the evaluation, or write the page again; return the exit code."""
    options = _options()
    warnings.simplefilter("ignore")
    # An ended evaluation stops its bot, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.report:
            write_page(read_results(RESULTS), DOCS)
        elif options.development:
            print_development_misses(options.url)
        else:
            evaluate(options)
    except (PeerError, TwitchwiseError, RuntimeError) as error:
        print(f"evaluation: {error}", file=sys.stderr)
        return 1
    except FileNotFoundError as error:
        print(f"evaluation: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("evaluation: stopped", file=sys.stderr)
        return 130
    return 0


def evaluate(options: argparse.Namespace) -> None:
    """Measure our bot, and its peers unless they are left out; keep and print the figures."""
    faq = project_faq()
    print("asking our bot", flush=True)
    with _bot(options.url) as bot:
        replies = put_to(bot, load_questions(), load_dialogues())
        development = _put_development_to(bot)
    print("reading the marked messages", flush=True)
    parse = load_parser()
    ours = _run(parse, faq, replies)
    # The thresholds are chosen by the development set.
    sureness = measure_sureness(parse, faq, load_thresholds(), development)
    peers = {} if options.no_peers else _peers(faq, replies)
    results = Results(ours=ours, development=development.metrics, sureness=sureness, peers=peers)
    if options.save_first_run:
        write(ours, FIRST_RUN)
        print(f"first run: {FIRST_RUN.relative_to(project_root())}")
    # Without peers it is a trial, which leaves what is committed alone.
    write(results, BUILD / "results.json" if options.no_peers else RESULTS)
    write_page(results, BUILD if options.no_peers else DOCS)
    for floor in missed_floors(ours.metrics):
        print(f"floor missed: {floor.label} {shown(floor.share(ours.metrics))} ({floor.demand})")


def print_development_misses(url: str | None) -> None:
    """Print what goes wrong in the development set, with what the model took it for."""
    with _bot(url) as bot:
        replies = _put_development_to(bot)
    parse = load_parser()
    for miss in replies.misses():
        intent, confidence = surest(parse(miss.text))
        print(f"{miss.line}; {intent} {confidence:.2f}")
    metrics = replies.metrics
    print(
        f"development set: questions {shown(metrics.accuracy)}, wrong and confident "
        f"{shown(metrics.wrong_and_confident)}, turns {shown(metrics.dialogue_turns)}"
    )


def write_page(results: Results, folder: Path) -> None:
    """Write the page and its pictures to ``folder`` and print the main table."""
    before, first = read_run(BASELINE), read_run(FIRST_RUN)
    draw_charts(results, folder / PICTURES)
    page = folder / "evaluation.md"
    page.write_text(document(results, before, first, PICTURES), encoding="utf-8")
    print(f"\n{summary(results, before, first)}\n\npage: {page.relative_to(project_root())}")


def _put_development_to(bot: Client) -> Replies:
    return put_to(bot, load_questions(DEVELOPMENT_QUESTIONS), load_dialogues(DEVELOPMENT_DIALOGUES))


@contextlib.contextmanager
def _bot(url: str | None) -> Iterator[Client]:
    """Yield the bot at ``url``, or one that is started for this run."""
    if url:
        client = Client(url)
        yield client
        client.close()
        return
    with (
        tempfile.TemporaryDirectory(prefix="twitchwise-evaluation-") as folder,
        running_bot(Path(folder) / "bot") as client,
    ):
        yield client


def _run(parse: Parse, faq: Faq, replies: Replies) -> Run:
    marked = load_marked(faq)
    return Run(
        date=datetime.now(timezone.utc).date().isoformat(),
        metrics=replies.metrics,
        understanding=measure_understanding(marked, understand(parse, faq, marked)),
    )


def _peers(faq: Faq, replies: Replies) -> dict[str, Peer]:
    print(f"asking {TFIDF}", flush=True)
    tfidf = measure_tfidf(faq, replies.questions)
    log = (BUILD / DIET_LOG).relative_to(project_root())
    print(f"asking {DIET}; where phrases changed, it trains an hour and more: {log}", flush=True)
    return {TFIDF: tfidf, DIET: measure_diet(replies.questions)}


def _options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation", description="Measure how well people are understood."
    )
    parser.add_argument(
        "--no-peers",
        action="store_true",
        help="our bot alone: a trial, with its page in build/evaluation",
    )
    parser.add_argument(
        "--save-first-run",
        action="store_true",
        help="keep the figures of this run as those of the first one",
    )
    parser.add_argument(
        "--development",
        action="store_true",
        help="ask the development set alone, and print what goes wrong in it",
    )
    parser.add_argument("--url", help="ask the bot that runs there (http://127.0.0.1:5005)")
    parser.add_argument(
        "--report",
        action="store_true",
        help="write the page from the kept figures, measure nothing",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
