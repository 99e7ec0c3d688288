"""One run of one bot: train, start, load, stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from benchmarks.bots import BenchmarkError, Bot, end_of, free_port, run_command
from benchmarks.load import Answer, ask, converse, rest_client
from benchmarks.processes import ProcessTree
from benchmarks.results import Exchange, LoadFigures, LongFigures, Plan, RunFigures

POLL_SECONDS = 0.05
START_SECONDS = 900.0
# Time for work that a bot does after its answer (saving, writing logs) before a reading.
SETTLE_SECONDS = 0.5
# Turns that a figure "around turn N" covers: each message of a conversation once.
BLOCK = 5


async def measure_run(bot: Bot, plan: Plan, env: Mapping[str, str], folder: Path) -> RunFigures:
    """Train, start, load and stop ``bot``; logs go to ``folder``."""
    started = time.perf_counter()
    run_command(bot.train_command, bot.folder, env, folder / "train.log")
    training = time.perf_counter() - started
    print(f"  {bot.name}: trained in {training:.1f} s", flush=True)

    port = free_port()
    started = time.perf_counter()
    command = (*bot.serve_command, str(port))
    with ProcessTree(command, bot.folder, env, folder / "serve.log") as tree:
        async with rest_client(port) as client:
            await _first_answer(client, tree, bot.messages[0])
            start = time.perf_counter() - started
            start_cpu = tree.cpu_seconds()
            print(f"  {bot.name}: first answer after {start:.1f} s", flush=True)

            client.headers.update(bot.headers())
            await converse(client, bot.messages, 1, plan.warm_up_conversations, "warm")
            sample = await converse(client, bot.messages, 1, 1, "sample")
            alone = await _load(client, tree, bot, 1, plan.conversations_alone)
            together = await _load(client, tree, bot, plan.users, plan.conversations_each)
            long = await _long(client, tree, bot, plan)
            memory = tree.memory()
    print(
        f"  {bot.name}: an answer {alone.median_ms:.1f} ms, with {plan.users} users "
        f"{together.median_ms:.1f} ms; {alone.cpu_ms:.1f} ms CPU; "
        f"{memory.rss_bytes / 1e6:.0f} MB in {memory.processes} processes",
        flush=True,
    )
    return RunFigures(
        training_seconds=round(training, 2),
        start_seconds=round(start, 2),
        start_cpu_seconds=round(start_cpu, 2),
        alone=alone,
        together=together,
        long=long,
        memory=memory,
        sample=[
            Exchange(message=message, texts=list(answer.texts))
            for message, answer in zip(bot.messages, sample, strict=True)
        ],
    )


async def _first_answer(client: httpx.AsyncClient, tree: ProcessTree, message: str) -> None:
    """Return as soon as the bot answers ``message`` with at least one text.

    Raises:
        BenchmarkError: it ended, or did not answer within ``START_SECONDS``.
    """
    deadline = time.monotonic() + START_SECONDS
    while not (await ask(client, "start", message)).texts:
        if tree.exit_code() is not None:
            raise BenchmarkError(
                f"the bot ended with {tree.exit_code()} before its first answer:\n"
                + end_of(tree.log)
            )
        if time.monotonic() > deadline:
            raise BenchmarkError(f"no answer in {START_SECONDS:.0f} s:\n{end_of(tree.log)}")
        await asyncio.sleep(POLL_SECONDS)


async def _load(
    client: httpx.AsyncClient, tree: ProcessTree, bot: Bot, users: int, conversations: int
) -> LoadFigures:
    """Return the figures of five-turn conversations by ``users`` at the same time."""
    await asyncio.sleep(SETTLE_SECONDS)
    before = tree.cpu_seconds()
    answers = await converse(client, bot.messages, users, conversations, f"load{users}")
    await asyncio.sleep(SETTLE_SECONDS)
    return LoadFigures(
        users=users,
        answer_ms=[round(answer.milliseconds, 2) for answer in answers],
        unanswered=_unanswered(answers),
        cpu_seconds=round(tree.cpu_seconds() - before, 2),
    )


async def _long(client: httpx.AsyncClient, tree: ProcessTree, bot: Bot, plan: Plan) -> LongFigures:
    """Return the processor time by turn of long conversations.

    The conversations are led side by side, turn by turn, so that a block of five turns holds
    enough messages for the clock of processor time, which ticks every 10 ms. The figure for
    turn 5 covers the turns 3 to 7, and so on.
    """
    turns: list[int] = []
    cpu_ms: list[float] = []
    answers: list[Answer] = []
    before = 0.0
    for turn in range(1, plan.long_turns + 1):
        first_of_block = (turn + BLOCK // 2) % BLOCK == 0
        last_of_block = (turn - BLOCK // 2) % BLOCK == 0 and turn >= BLOCK
        if first_of_block:
            await asyncio.sleep(SETTLE_SECONDS)
            before = tree.cpu_seconds()
        message = bot.messages[(turn - 1) % len(bot.messages)]
        for number in range(plan.long_conversations):
            answers.append(await ask(client, f"long-{number}", message))
        if last_of_block:
            await asyncio.sleep(SETTLE_SECONDS)
            used = tree.cpu_seconds() - before
            turns.append(turn - BLOCK // 2)
            cpu_ms.append(round(1000 * used / (BLOCK * plan.long_conversations), 2))
    return LongFigures(turns=turns, cpu_ms=cpu_ms, unanswered=_unanswered(answers))


def _unanswered(answers: list[Answer]) -> int:
    """Return how many of ``answers`` are empty."""
    return sum(not answer.texts for answer in answers)
