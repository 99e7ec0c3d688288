"""Size and speed of the web page: ``python -m benchmarks.widget`` (needs Chromium).

Times are of this machine; they are written to ``docs/widget-figures.md``, never asserted.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bots import BenchmarkError, environment, free_port, our_bot
from benchmarks.machine import chromium, describe_machine, machine_line
from twitchwise.paths import built_web_folder, code_root
from twitchwise.serving.web_build import build_if_needed

REPORT = code_root() / "docs" / "widget-figures.md"
RUNS = 15
_START_SECONDS = 300
_TARGETS = {
    "launcher (embed.js), compressed": "< 5 kB",
    "the whole widget, compressed": "< 150 kB",
    "page usable after": "< 1 s",
    "first bytes of an answer after": "< 150 ms",
}


def sizes() -> dict[str, float]:
    """Return compressed sizes in kB (1,000 bytes): of the launcher, and of all a chat loads."""
    folder = built_web_folder()
    embed = (folder / "embed.js.gz").stat().st_size
    page = (folder / "chat.html").stat().st_size
    assets = sum(
        path.stat().st_size
        for path in (folder / "assets").glob("*.gz")
        if not path.name.startswith(("demo", "licenses"))
    )
    return {
        "launcher (embed.js), compressed": embed / 1000,
        "the whole widget, compressed": (embed + page + assets) / 1000,
    }


@contextmanager
def served() -> Iterator[str]:
    """Start the bot as people start it; give its address."""
    port = free_port()
    bot = our_bot()
    with tempfile.TemporaryDirectory() as folder:
        variables = {
            **environment(Path(folder) / "conversations.sqlite3"),
            "TWITCHWISE_ESCALATIONS_PATH": str(Path(folder) / "escalations.sqlite3"),
            "TWITCHWISE_MESSAGES_PER_MINUTE": "0",
        }
        process = subprocess.Popen(
            [*bot.serve_command, str(port)],
            cwd=bot.folder,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            body = {"message": "which foods have magnesium"}
            if httpx.post(f"{url}/webhooks/rest/turn", json=body, trust_env=False).json()[
                "answer_ids"
            ]:
                return
        except (httpx.HTTPError, ValueError, KeyError):
            time.sleep(0.2)
    raise BenchmarkError("the bot does not start; see var/log")


def page_seconds(browser: Browser, url: str) -> float:
    """Return the seconds until one can type, in a browser that has nothing of the page yet."""
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{url}/chat", wait_until="commit")
    page.get_by_role("textbox", name="Your message").wait_for(state="visible")
    took = time.perf_counter() - began
    context.close()
    return took


def first_bytes_ms(page: Page) -> float:
    """Return the milliseconds from a request to the first message of its answer, in the browser."""
    return float(
        page.evaluate(
            """async () => {
              const began = performance.now();
              const reply = await fetch("/webhooks/rest/turn", {
                method: "POST",
                headers: {"Accept": "text/event-stream", "Content-Type": "application/json"},
                body: JSON.stringify({message: "can dehydration cause leg twitching"}),
              });
              const reader = reply.body.getReader();
              let text = "";
              while (!text.includes("event: message")) {
                text += new TextDecoder().decode((await reader.read()).value);
              }
              return performance.now() - began;
            }"""
        )
    )


def measure(chromium: str) -> dict[str, float]:
    """Return all figures, in the units of their targets."""
    figures = sizes()
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page_seconds(browser, url)
        figures["page usable after"] = statistics.median(
            page_seconds(browser, url) for _ in range(RUNS)
        )
        page = browser.new_page()
        page.goto(f"{url}/chat")
        first_bytes_ms(page)
        figures["first bytes of an answer after"] = statistics.median(
            first_bytes_ms(page) for _ in range(RUNS)
        )
        browser.close()
    return figures


def table(figures: dict[str, float], machine: str) -> str:
    """Return the figures as a page."""
    lines = [
        "# The web page in figures",
        "",
        "<!-- Written by `python -m benchmarks.widget`. Do not edit. -->",
        "",
        "| measure | value | aim |",
        "| --- | ---: | --- |",
    ]
    for name, aim in _TARGETS.items():
        unit = aim.split()[-1]
        digits = 2 if unit == "s" else 1
        lines.append(f"| {name} | {figures[name]:.{digits}f} {unit} | {aim} |")
    lines += [
        "",
        f"Medians of {RUNS} runs in headless Chromium on the machine of the bot: {machine}. "
        "Compressed is gzip; browsers that take Brotli load less. The whole widget is launcher, "
        "page, script and style. The first bytes are those of the first message of a turn.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, print and write; return the exit code."""
    found = chromium()
    if found is None:
        print("benchmark: there is no Chromium; install your system's package.", file=sys.stderr)
        return 1
    try:
        build_if_needed()
        report = table(measure(found), machine_line(describe_machine()))
    except BenchmarkError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    print(report)
    REPORT.write_text(report, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
