"""What people see when the server, the network or the message is not as it should be."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.watching import Watch
from tests.browser.widget import Widget
from tests.live.servers import ROOT, Plan, Server, free_port

QUESTION = "which foods have magnesium"


@pytest.fixture(autouse=True)
def network_may_fail(watch: Watch) -> None:
    watch.network_may_fail = True


class Mortal:
    """A Rasa server that can be killed and started again on the same port and files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._actions = free_port()
        self.server = self._start()

    def _start(self) -> Server:
        actions = f"http://127.0.0.1:{self._actions}/webhook"
        module = "twitchwise.serving.rasa_process"
        plan = Plan(ROOT, lambda port: ["-m", module, "127.0.0.1", str(port), actions])
        return Server(plan, self._folder, self._port)

    def kill(self) -> None:
        for process in self.server.processes():
            process.send_signal(signal.SIGKILL)
            process.wait(30)

    def restart(self) -> None:
        self.server = self._start()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Let the server hang for a while: it takes connections and answers nothing."""
        for process in self.server.processes():
            process.send_signal(signal.SIGSTOP)
        yield
        for process in self.server.processes():
            process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    made = Mortal(tmp_path_factory.mktemp("mortal"))
    yield made
    made.server.stop()


@pytest.fixture
def mortal_widget(context: BrowserContext, mortal: Mortal) -> Widget:
    return Widget.opened(context.new_page(), f"{mortal.server.client.url}/chat")


def test_killed_while_it_answers_and_restarted(mortal: Mortal, mortal_widget: Widget) -> None:
    """Nothing is lost and nothing doubled, and the person has to do nothing."""
    widget = mortal_widget
    widget.say("my foot is numb")
    with mortal.stopped():
        widget.send("my hand is numb")
        expect(widget.questions).to_have_count(2)
        mortal.kill()
    expect(widget.status).to_contain_text("Connection lost")
    restarting = threading.Thread(target=mortal.restart)
    restarting.start()
    try:
        _until_replied(widget, 2)
    finally:
        restarting.join()
    expect(widget.questions).to_have_count(2)
    expect(widget.replies.last).to_contain_text("see a doctor")
    turns = mortal.server.client.history(widget.conversation())
    assert [turn["message"] for turn in turns] == ["my foot is numb", "my hand is numb"]
    widget.page.reload()
    expect(widget.ready().replies).to_have_count(2)
    expect(widget.say("hello").locator(".disclaimer")).to_be_visible()


def _until_replied(widget: Widget, count: int) -> None:
    """Wait for a reply; where the page has given up by itself, try again as a person would."""
    end = time.monotonic() + 90
    while widget.replies.count() < count and time.monotonic() < end:
        again = widget.button("Try again")
        if again.count():
            again.click()
        widget.page.wait_for_timeout(500)
    expect(widget.replies).to_have_count(count)


def test_a_reload_sends_what_was_on_its_way(mortal: Mortal, mortal_widget: Widget) -> None:
    widget = mortal_widget
    with mortal.stopped():
        widget.send("my foot is numb")
        expect(widget.questions).to_have_count(1)
    widget.page.route("**/turn", lambda route: route.abort())
    widget.page.reload()
    widget.page.unroute("**/turn")
    expect(widget.ready().replies).to_have_count(1)
    expect(widget.questions).to_have_count(1)
    assert len(mortal.server.client.history(widget.conversation())) == 1


def test_a_server_that_is_down(widget: Widget, shoot: Callable[[Page, str], None]) -> None:
    widget.page.clock.install()
    widget.page.route("**/turn", lambda route: route.abort())
    widget.send(QUESTION)
    expect(widget.status).to_have_text("Connection lost. Trying again…")
    # 1, 2, 4 and 8 seconds.
    for _ in range(8):
        widget.page.clock.run_for(4_000)
        widget.page.wait_for_timeout(100)
    trouble = widget.log.locator(".trouble")
    expect(trouble).to_contain_text("cannot be reached right now")
    expect(widget.field).to_have_text(QUESTION)
    shoot(widget.page, "error")
    widget.page.unroute("**/turn")
    widget.button("Try again").click()
    expect(widget.replies).to_have_count(1)
    expect(widget.questions).to_have_count(1)
    expect(trouble).to_have_count(0)
    expect(widget.field).to_have_text("")


def test_a_reply_that_is_cut_off_is_fetched_again(widget: Widget, server: Server) -> None:
    cut: list[str] = []

    def cut_off(route: Route) -> None:
        if cut:
            route.continue_()
            return
        whole = route.fetch().text()
        cut.append(whole)
        route.fulfill(
            status=200,
            headers={"Content-Type": "text/event-stream"},
            body=whole[: whole.index("event: end")],
        )

    widget.page.route("**/turn", cut_off)
    widget.say(QUESTION)
    assert cut
    expect(widget.questions).to_have_count(1)
    assert len(server.client.history(widget.conversation())) == 1


def test_a_slow_server(widget: Widget) -> None:
    widget.page.clock.install()
    held: list[Route] = []
    widget.page.route("**/turn", lambda route: held.append(route))
    widget.send(QUESTION)
    expect(widget.log).to_contain_text("The assistant is typing")
    widget.page.clock.run_for(11_000)
    expect(widget.status).to_have_text("Still working…")
    # What is typed meanwhile stays, and is not sent.
    widget.field.fill("and calcium?")
    widget.field.press("Enter")
    expect(widget.questions).to_have_count(1)
    held[0].continue_()
    expect(widget.replies).to_have_count(1)
    expect(widget.field).to_have_text("and calcium?")
    expect(widget.status).to_have_text("")


def test_an_offline_phone(context: BrowserContext, widget: Widget) -> None:
    widget.say("hello")
    context.set_offline(True)
    widget.send(QUESTION)
    expect(widget.status).to_contain_text("You are offline")
    expect(widget.replies).to_have_count(1)
    context.set_offline(False)
    expect(widget.replies).to_have_count(2)
    expect(widget.questions).to_have_count(2)


def test_a_message_that_is_too_long(widget: Widget) -> None:
    too_long = "my foot twitches " * 12_000
    widget.field.evaluate("(e, text) => { e.innerText = text; }", too_long)
    widget.field.dispatch_event("input")
    widget.field.press("Enter")
    expect(widget.root.locator("body")).to_contain_text("too long")
    expect(widget.replies).to_have_count(0)
    assert len(widget.field.inner_text()) > 190_000
    widget.field.fill(QUESTION)
    widget.field.press("Enter")
    expect(widget.replies).to_have_count(1)


def test_too_many_messages(widget: Widget) -> None:
    refused: list[Route] = []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
            return
        refused.append(route)
        route.fulfill(
            status=429,
            headers={"Retry-After": "2", "Content-Type": "application/json"},
            body='{"error": "Too many messages. Please wait 2 seconds."}',
        )

    widget.page.route("**/turn", refuse_once)
    widget.send(QUESTION)
    expect(widget.status).to_contain_text("Yours will be sent within 2 seconds")
    expect(widget.replies).to_have_count(1)


def test_an_urgent_message_goes_before_one_that_waits(widget: Widget) -> None:
    def refuse_first(route: Route) -> None:
        if QUESTION in (route.request.post_data or "") and not allowed:
            route.fulfill(
                status=429,
                headers={"Retry-After": "50", "Content-Type": "application/json"},
                body='{"error": "Too many messages. Please wait 50 seconds."}',
            )
            return
        route.continue_()

    allowed: list[bool] = []
    widget.page.route("**/turn", refuse_first)
    widget.send(QUESTION)
    expect(widget.status).to_contain_text("Yours will be sent within 50 seconds")
    allowed.append(True)
    widget.send("i can't breathe")
    expect(widget.log.locator(".card.emergency")).to_be_visible()
    # Then the one that waited.
    expect(widget.replies).to_have_count(2)
    expect(widget.replies.last).to_contain_text("pumpkin seeds")


def test_who_types_while_an_answer_comes_is_told_to_wait(widget: Widget) -> None:
    held: list[Route] = []
    widget.page.route("**/turn", lambda route: held.append(route))
    widget.send(QUESTION)
    expect(widget.log).to_contain_text("The assistant is typing")
    widget.send("and calcium?")
    expect(widget.status).to_have_text("Please wait for the answer first.")
    expect(widget.field).to_have_text("and calcium?")
    held[0].continue_()
    expect(widget.replies).to_have_count(1)


def test_what_holds_is_said_again_after_what_holds_for_a_moment(
    context: BrowserContext, widget: Widget
) -> None:
    answer = widget.say(QUESTION)
    widget.page.clock.install()
    context.set_offline(True)
    widget.send("and calcium?")
    expect(widget.status).to_contain_text("You are offline")
    answer.get_by_role("button", name="This answer helped", exact=True).click()
    expect(widget.status).to_contain_text("could not be stored")
    widget.page.clock.run_for(7_000)
    expect(widget.status).to_contain_text("You are offline")
    context.set_offline(False)


def test_a_message_on_its_way_is_forgotten_too(mortal: Mortal, mortal_widget: Widget) -> None:
    widget = mortal_widget
    widget.say("my foot is numb")
    conversation = widget.conversation()
    with mortal.stopped():
        widget.send("my leg is numb")
        expect(widget.questions).to_have_count(2)
        widget.menu("Forget this conversation")
        widget.button("Delete it").click()
    expect(widget.questions).to_have_count(0)
    # Whichever of the two the server saw first.
    widget.page.wait_for_timeout(2_000)
    assert mortal.server.client.history(conversation) == []


def test_what_was_given_up_is_sent_when_the_network_is_back(widget: Widget) -> None:
    widget.page.route("**/turn", lambda route: route.fulfill(status=500, body="{}"))
    widget.page.clock.install()
    widget.send(QUESTION)
    for _ in range(8):
        widget.page.clock.run_for(4_000)
        widget.page.wait_for_timeout(100)
    expect(widget.log.locator(".trouble")).to_be_visible()
    widget.page.unroute("**/turn")
    widget.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(widget.replies).to_have_count(1)
    expect(widget.questions).to_have_count(1)


def test_a_history_that_cannot_be_read(widget: Widget) -> None:
    widget.say(QUESTION)
    widget.page.route("**/history", lambda route: route.fulfill(status=503, body="{}"))
    widget.page.clock.install()
    widget.page.reload()
    for _ in range(6):
        widget.page.clock.run_for(8_000)
        widget.page.wait_for_timeout(100)
    expect(widget.log).to_contain_text("Earlier messages cannot be loaded right now")
    widget.page.unroute("**/history")
    widget.button("Load again").click()
    expect(widget.replies).to_have_count(1)


def test_forgetting_that_fails_says_so(widget: Widget) -> None:
    widget.say(QUESTION)
    widget.page.route("**/conversation", lambda route: route.abort())
    widget.menu("Forget this conversation")
    widget.button("Delete it").click()
    problem = widget.root.get_by_role("alert").filter(has_text="could not be deleted")
    expect(problem).to_be_visible()
    expect(widget.replies).to_have_count(1)


def test_a_thumb_that_cannot_be_stored_says_so(widget: Widget) -> None:
    answer = widget.say(QUESTION)
    widget.page.route("**/feedback", lambda route: route.abort())
    thumb = answer.get_by_role("button", name="This answer helped", exact=True)
    thumb.click()
    expect(widget.status).to_contain_text("could not be stored")
    expect(thumb).to_have_attribute("aria-pressed", "false")


def test_without_storage_it_works_and_says_what_is_lost(
    context: BrowserContext, server: Server
) -> None:
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    )
    widget = Widget.opened(page, f"{server.client.url}/chat")
    expect(widget.log).to_contain_text("does not let the page keep anything")
    widget.say("wat vitamin for foot twiching")
    expect(widget.say("and which foods have it?")).to_contain_text("leafy greens")
