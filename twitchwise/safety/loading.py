"""Loads `data/faq/red_flags.yml`, checks it and compiles it.

Errors name the file, the entry and what to do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from twitchwise.safety.needed_literals import needed_literals
from twitchwise.safety.normalise import normalise
from twitchwise.safety.phrases import PhraseIndex, Surface
from twitchwise.safety.rules import (
    REQUIRED_FLAGS,
    Flag,
    Frame,
    Mask,
    MaskPattern,
    Raise,
    Rules,
    RulesError,
    Sign,
    Tier,
    ToldAgain,
)

__all__ = ["RULES_FILE", "default_rules", "load_rules"]

RULES_FILE = Path("data") / "faq" / "red_flags.yml"

_WORD_LISTS = (
    "part", "linking", "twitch", "symptom", "relative", "child", "weak_thing", "filler",
    "first_person", "third_person", "possessive",
)  # fmt: skip
_CUES = (
    "negators", "not_negators", "reach", "complaints", "contrast", "neither_inverts",
    "denied_after", "history_old", "history_not", "history_unless", "history_done",
    "hypothetical_if", "not_hypothetical", "should", "fear", "future", "prevent", "wh", "wh_when",
    "aux", "aux_subject", "greeting", "lead_in", "define", "cause", "generic_people",
    "not_generic", "self_hint", "uncertain", "blockers", "change", "trouble", "fine",
    "clause_break", "clause_join", "subject", "affirmation", "denial",
)  # fmt: skip
# Cue lists that are looked up word by word; the others may hold several words and are searched for.
_WORD_CUES = frozenset(
    {
        "reach", "complaints", "contrast", "neither_inverts", "wh", "wh_when", "aux",
        "aux_subject", "greeting", "blockers", "change", "trouble", "fine", "clause_break",
        "clause_join", "subject", "affirmation", "denial",
    }
)  # fmt: skip
_MACRO = re.compile(r"\{([a-z_]+)\}")


def default_rules() -> Rules:
    """The rules of the project, loaded once.

    The file is looked for under ``TWITCHWISE_HOME``, in the current directory, and upwards
    from this module.
    """
    return _default_rules(os.environ.get("TWITCHWISE_HOME", ""))


@lru_cache(maxsize=2)
def _default_rules(home: str) -> Rules:
    places = [Path(home)] if home else []
    places += [Path.cwd(), *Path(__file__).resolve().parents]
    for place in places:
        if (place / RULES_FILE).is_file():
            return load_rules(place / RULES_FILE)
    raise RulesError(
        f"{RULES_FILE}: not found. Set TWITCHWISE_HOME to the folder that holds data/faq."
    )


def load_rules(path: Path | str) -> Rules:
    """Read, check and compile a rules file.

    Raises:
        RulesError: The file is missing, is not YAML, or an entry is wrong.
    """
    path = Path(path)
    try:
        data = yaml.load(
            path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    except FileNotFoundError:
        raise RulesError(f"{path}: file not found. Restore it from the repository.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulesError(
            f"{path}: not readable as YAML. Mend the place named here: {error}"
        ) from error
    return _Compiler(str(path), data).rules()


class _Compiler:
    """Turns the data of one file into `Rules`, checking every entry on the way."""

    def __init__(self, file: str, data: object) -> None:
        self.file = file
        self.data = self._mapping(data, "the file")
        for key in ("flags", "frames", "lookalikes", "raising", "spelling", "words", "context"):
            if key not in self.data:
                raise self._error(key, "is missing", f"add `{key}:`")
        self.words = self._word_lists()
        self.fillers = self.words["filler"]
        self.flags: dict[str, Flag] = {}

    def rules(self) -> Rules:
        signs = self._signs()
        raising = self._raising()
        self._check_references()
        masks, mask_patterns = self._masks()
        cues = self._cues()
        spelling = self._mapping(self.data["spelling"], "spelling")
        lookalikes = self._strings(self.data.get("raising_lookalikes", []), "raising_lookalikes")
        context = self._mapping(self.data["context"], "context")
        known = signs.vocabulary | cues.vocabulary | self.words["part"] | self.words["twitch"]
        return Rules(
            flags=self.flags,
            signs=signs,
            frames=self._frames(),
            masks=masks,
            mask_patterns=mask_patterns,
            mask_pieces=tuple(sorted({p for each in mask_patterns for p in each.needed or ()})),
            raising=raising,
            raising_lookalikes=self._regex("|".join(lookalikes), "raising_lookalikes")
            if lookalikes
            else None,
            cues=cues,
            words=self.words,
            persons=self._persons(),
            affirmations=tuple(
                self._cue(cue)
                for cue in self._strings(context["affirmation"], "context.affirmation")
            ),
            denials=tuple(
                self._cue(cue) for cue in self._strings(context["denial"], "context.denial")
            ),
            told_again=self._told_again(),
            stems=self._stems(spelling),
            common_words=frozenset(
                self._strings(spelling.get("common_words"), "spelling.common_words")
            ),
            glued=self._glued(self._strings(spelling.get("glue"), "spelling.glue")),
            vocabulary=frozenset(known),
        )

    # Reading

    def _error(self, entry: str, problem: str, mend: str) -> RulesError:
        return RulesError(f"{self.file}: {entry} {problem}; {mend}.", entry, problem, mend)

    def _mapping(self, value: object, entry: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._error(entry, "is not a mapping", "write it as `key: value` lines")
        return value

    def _list(self, value: object, entry: str) -> list[Any]:
        if not isinstance(value, list):
            raise self._error(
                entry, "is not a list", "write each item on a line of its own after `- `"
            )
        return value

    def _string(self, value: object, entry: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._error(entry, f"is {value!r}, not text", "put it in quotes")
        return value

    def _strings(self, value: object, entry: str) -> list[str]:
        return [
            self._string(item, f"{entry}[{number}]")
            for number, item in enumerate(self._list(value, entry), 1)
        ]

    def _word_lists(self) -> dict[str, frozenset[str]]:
        section = self._mapping(self.data["words"], "words")
        lists = {
            name: frozenset(self._strings(items, f"words.{name}"))
            for name, items in section.items()
        }
        for name in _WORD_LISTS:
            if not lists.get(name):
                raise self._error(f"words.{name}", "is missing or empty", "add the list")
        context = self._mapping(self.data["context"], "context")
        for name in _CUES:
            if not context.get(name):
                raise self._error(f"context.{name}", "is missing or empty", "add the list")
            items = self._strings(context[name], f"context.{name}")
            lists[name] = frozenset(item for item in items if " " not in item)
        return lists

    def _word_list(self, name: str, entry: str) -> frozenset[str]:
        if name not in self.words:
            raise self._error(
                entry,
                f"names the unknown word list {name!r}",
                "add the list under `words` or correct the name",
            )
        return self.words[name]

    def _expand(self, pattern: str, entry: str) -> str:
        def words(match: re.Match[str]) -> str:
            # Longest first, so that "fingers" is not read as "finger".
            return "|".join(
                map(re.escape, sorted(self._word_list(match[1], entry), key=lambda w: (-len(w), w)))
            )

        return _MACRO.sub(words, pattern)

    def _regex(self, pattern: str, entry: str) -> re.Pattern[str]:
        if re.search(r"\)[*+]", pattern):
            # An unbounded group makes the time for a long message grow with its square.
            raise self._error(
                entry, "repeats a group without limit", "write {0,6} instead of * or +"
            )
        try:
            return re.compile(self._expand(pattern, entry))
        except re.error as error:
            raise self._error(
                entry, f"is not a regular expression ({error})", "correct it"
            ) from error

    # Phrases

    def _phrase(self, phrase: str, strict: bool = False) -> tuple[Surface, ...]:
        """A phrase as words without fillers, each with the endings it may take."""
        words = [w for w in normalise(phrase).tokens if w not in self.fillers and w != "to"]
        strict = strict or len(words) == 1
        return tuple(_surface(word, strict) for word in words)

    def _cue(self, cue: str) -> tuple[str, ...]:
        return normalise(cue).tokens

    def _signs(self) -> PhraseIndex[Sign]:
        entries: list[tuple[tuple[Surface, ...], Sign]] = []
        for number, item in enumerate(self._list(self.data["flags"], "flags"), 1):
            flag = self._mapping(item, f"flags[{number}]")
            name = self._string(flag.get("id"), f"flags[{number}].id")
            where = f"flags[{name}]"
            if name in self.flags:
                raise self._error(where, "stands twice", "join the two entries")
            self.flags[name] = self._flag(name, flag, where)
            phrases = self._list(flag.get("phrases"), f"{where}.phrases")
            phrases = phrases + self._list(flag.get("misspellings", []), f"{where}.misspellings")
            for index, phrase in enumerate(phrases, 1):
                entries.append(self._sign(name, phrase, f"{where}.phrases[{index}]"))
        for required in REQUIRED_FLAGS:
            if required not in self.flags or not self.flags[required].required:
                raise self._error(
                    f"flags[{required}]",
                    "is missing or not `required: true`",
                    "restore it; it must never be left out",
                )
        return PhraseIndex(entries)

    def _flag(self, name: str, flag: Mapping[str, Any], where: str) -> Flag:
        try:
            tier = Tier(flag.get("tier"))
        except ValueError:
            tiers = ", ".join(tier.value for tier in Tier)
            raise self._error(
                f"{where}.tier", f"is {flag.get('tier')!r}", f"use one of {tiers}"
            ) from None
        required = flag.get("required", False)
        if not isinstance(required, bool):
            raise self._error(f"{where}.required", f"is {required!r}", "use true or false")
        if flag.get("needs") not in (None, "symptom"):
            raise self._error(
                f"{where}.needs", f"is {flag['needs']!r}", "use `symptom` or leave it out"
            )
        if flag.get("supposed") not in (None, "counts"):
            raise self._error(
                f"{where}.supposed", f"is {flag['supposed']!r}", "use `counts` or leave it out"
            )
        return Flag(
            id=name,
            tier=tier,
            required=required,
            needs_symptom=flag.get("needs") == "symptom",
            raise_with=frozenset(self._strings(flag.get("raise_with", []), f"{where}.raise_with")),
            only_with=frozenset(self._strings(flag.get("only_with", []), f"{where}.only_with")),
            counts_supposed=flag.get("supposed") == "counts",
        )

    def _sign(self, flag: str, entry: object, where: str) -> tuple[tuple[Surface, ...], Sign]:
        options: dict[str, Any] = {}
        if isinstance(entry, dict):
            options = {str(key): value for key, value in entry.items()}
            entry = options.pop("phrase", None)
        phrase = self._phrase(self._string(entry, where))
        if not phrase:
            raise self._error(where, "has no word besides small ones", "add a telling word")
        return phrase, self._conditions(flag, options, where, f"{flag}: {entry}")

    def _conditions(self, flag: str, options: Mapping[str, Any], where: str, rule: str) -> Sign:
        for key in options:
            if key not in ("not_with", "needs"):
                raise self._error(
                    where, f"has the unknown key {key!r}", "use phrase, not_with or needs"
                )
        if options.get("needs") not in (None, "person"):
            raise self._error(where, f"needs {options['needs']!r}", "use `person` or leave it out")
        not_with = options.get("not_with")
        return Sign(
            flag=flag,
            not_with=self._word_list(str(not_with), where) if not_with else frozenset(),
            needs_person=options.get("needs") == "person",
            rule=rule,
        )

    def _check_references(self) -> None:
        groups = set(self._mapping(self.data["raising"], "raising"))
        for flag in self.flags.values():
            for name in sorted(flag.raise_with - groups - set(self.flags)):
                raise self._error(
                    f"flags[{flag.id}].raise_with",
                    f"names the unknown group {name!r}",
                    "add it under `raising`",
                )
            for name in sorted(flag.only_with - set(self.flags)):
                raise self._error(
                    f"flags[{flag.id}].only_with",
                    f"names the unknown flag {name!r}",
                    "correct the name",
                )

    def _frames(self) -> dict[str, tuple[Frame, ...]]:
        by_start: dict[str, list[Frame]] = {}
        for number, item in enumerate(self._list(self.data["frames"], "frames"), 1):
            entry = self._mapping(item, f"frames[{number}]")
            name = self._string(entry.get("id"), f"frames[{number}].id")
            where = f"frames[{name}]"
            flag = self._string(entry.get("flag"), f"{where}.flag")
            if flag not in self.flags:
                raise self._error(
                    f"{where}.flag", f"names the unknown flag {flag!r}", "correct the name"
                )
            options: dict[str, Any] = {k: v for k, v in entry.items() if k in ("not_with", "needs")}
            frame = Frame(
                id=name,
                pattern=self._regex(
                    self._string(entry.get("regex"), f"{where}.regex"), f"{where}.regex"
                ),
                sign=self._conditions(flag, options, where, f"frame: {name}"),
            )
            for start in self._starts(entry.get("start"), where):
                by_start.setdefault(start, []).append(frame)
        return {start: tuple(frames) for start, frames in by_start.items()}

    def _starts(self, value: object, where: str) -> Iterable[str]:
        starts: set[str] = set()
        for start in self._strings(value, f"{where}.start"):
            macro = _MACRO.fullmatch(start)
            starts |= self._word_list(macro[1], f"{where}.start") if macro else {start}
        return starts

    def _masks(self) -> tuple[PhraseIndex[Mask], tuple[MaskPattern, ...]]:
        entries: list[tuple[tuple[Surface, ...], Mask]] = []
        patterns: list[MaskPattern] = []
        for number, item in enumerate(self._list(self.data["lookalikes"], "lookalikes"), 1):
            group = self._mapping(item, f"lookalikes[{number}]")
            where = f"lookalikes[{self._string(group.get('group'), f'lookalikes[{number}].group')}]"
            mask = self._mask(group, where)
            for phrase in self._strings(group.get("phrases", []), f"{where}.phrases"):
                named = replace(mask, rule=f"look-alike: {phrase}")
                entries.append((self._phrase(phrase, strict=True), named))
            for index, pattern in enumerate(
                self._strings(group.get("regex", []), f"{where}.regex"), 1
            ):
                entry = f"{where}.regex[{index}]"
                named = replace(mask, rule=f"look-alike: {pattern}")
                compiled = self._regex(pattern, entry)
                patterns.append(MaskPattern(compiled, named, needed_literals(compiled.pattern)))
        return PhraseIndex(entries), tuple(patterns)

    def _mask(self, group: Mapping[str, Any], where: str) -> Mask:
        outcome, flag = group.get("outcome"), group.get("flag")
        if outcome is None:
            return Mask()
        if outcome != "conditional" or flag not in self.flags:
            raise self._error(
                where,
                "has an `outcome` other than conditional, or no `flag`",
                "use `outcome: conditional` with a flag",
            )
        return Mask(soft=str(flag))

    def _raising(self) -> PhraseIndex[Raise]:
        entries: list[tuple[tuple[Surface, ...], Raise]] = []
        for name, item in self._mapping(self.data["raising"], "raising").items():
            group = self._mapping(item, f"raising.{name}")
            near = bool(group.get("near", False))
            for phrase in self._strings(group.get("phrases"), f"raising.{name}.phrases"):
                # Exact words here: "fall" must not take in "fallen arches".
                words = [w for w in normalise(phrase).tokens if w not in self.fillers and w != "to"]
                label = Raise(group=name, near=near, rule=f"raising {name}: {phrase}")
                entries.append((tuple(frozenset({w}) for w in words), label))
        return PhraseIndex(entries)

    def _cues(self) -> PhraseIndex[str]:
        context = self._mapping(self.data["context"], "context")
        entries: list[tuple[tuple[Surface, ...], str]] = []
        for name in _CUES:
            if name in _WORD_CUES:
                continue
            for cue in self._strings(context[name], f"context.{name}"):
                entries.append((tuple(frozenset({w}) for w in self._cue(cue)), name))
        return PhraseIndex(entries)

    def _stems(self, spelling: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
        loose = self._strings(spelling.get("two_letters"), "spelling.two_letters")
        stems = self._strings(spelling.get("stems"), "spelling.stems")
        for stem in loose:
            # "water" is two letters from "weaker".
            if stem not in stems or len(stem) < 8:
                raise self._error(
                    f"spelling.two_letters: {stem}",
                    "is no stem, or has fewer than eight letters",
                    "add it to `spelling.stems`, or leave it out",
                )
        return tuple((stem, 2 if stem in loose else 1) for stem in stems)

    def _told_again(self) -> tuple[ToldAgain, ...]:
        section = self._mapping(self.data.get("told_again", {}), "told_again")
        return tuple(
            ToldAgain(
                self._regex(pattern, f"told_again.{name}[{number}]"),
                name == "plays_down",
                f"told again: {pattern}",
            )
            for name in ("can_wait", "plays_down")
            for number, pattern in enumerate(
                self._strings(section.get(name, []), f"told_again.{name}"), 1
            )
        )

    def _persons(self) -> frozenset[str]:
        relations = self.words["relative"] | self.words["child"]
        genitives = {word + "s" for word in relations if not word.endswith("s")}
        return relations | genitives | self.words["first_person"] | self.words["third_person"]

    def _glued(self, glue: Sequence[str]) -> re.Pattern[str]:
        small = "|".join(
            map(re.escape, sorted({*glue, *self.words["part"]}, key=lambda w: (-len(w), w)))
        )
        return re.compile(f"(?:{small}){{0,3}}(numb|weak)(?:ness)?(?:{small}){{0,3}}")


def _surface(word: str, strict: bool) -> Surface:
    """The forms a word of a phrase may take.

    Strict for phrases of one word: "sore" is not "soring".
    """
    forms = {word}
    if len(word) > 3 and word.isalpha() and not word.endswith("s"):
        forms.add(word + "s")
    if not strict and len(word) > 4:
        if word.endswith("ing"):
            base = word[:-3]
            forms |= {base, base + "s", base + "ed", base + "e", base + "es"}
            if len(base) > 3 and base[-1] == base[-2]:
                forms |= {base[:-1], base[:-1] + "s"}
        elif word.endswith("ed"):
            forms |= {word[:-2] + "ing", word[:-1], word[:-1] + "s"}
    if word in ("cant", "couldnt"):
        forms |= {"cant", "couldnt"}
    return frozenset(forms)
