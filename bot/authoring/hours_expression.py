"""The rules read from Italian hours, joined: gaps are filled, doubts are raised, and the result is in opening_hours syntax."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from bot.authoring.clock_times import clock
from bot.authoring.hours_rules import (
    EVES,
    HALF_DAY_NAMES,
    HALF_DAYS,
    HOLIDAYS,
    Doubt,
    HoursRule,
    ItalianHours,
    UnreadHours,
    italian_dates,
    italian_days,
    joined_days,
)
from bot.core.hours import MIDNIGHT, NOON
from bot.core.opening import WEEKDAYS

_OTHER_HALF = {"morning": "afternoon", "afternoon": "morning"}


def finish(rules: list[HoursRule], notes: Sequence[tuple[HoursRule | None, str]], written: str) -> ItalianHours:
    """Return rules as hours in opening_hours syntax. Raises `UnreadHours` for a rule that lacks its hours, days or dates."""
    doubts: list[Doubt] = []
    for _, note in notes:
        for rule in rules:
            rule.notes.append(note)
    rules = _attached(rules, doubts)
    _give_days_back(rules)
    rules = _without_notes_alone(rules)
    _settle_parts(rules)
    _settle_ends(rules, doubts)
    for rule, following in itertools.pairwise(rules):
        # "primo lunedì e terzo giovedì 9-12", "sabato e 24 dicembre 9-12": the same hours.
        is_alike = (rule.nths and following.nths) or (rule.days and following.dates and not rule.dates and not rule.notes)
        if is_alike and not rule.times and not rule.closed and rule.sentence == following.sentence:
            rule.times = list(following.times)
    if not rules or all(not rule.times and not rule.closed for rule in rules):
        texts = [note for rule in rules for note in rule.notes] or [note for _, note in notes]
        if texts and not any(rule.nths for rule in rules):
            text = (
                written.strip().strip('"')
                if rules and any(rule.has_selector for rule in rules)
                else "; ".join(dict.fromkeys(texts))
            )
            return ItalianHours(f'unknown "{text}"', needs_telling=True)
    for number, rule in enumerate(rules):
        if rule.label and rule.closed and not any(one.sentence == rule.sentence for one in rules[:number]):
            raise UnreadHours(rule.at, "lun-ven 9:00-12:00; sab chiuso")
        _check_complete(rule, number, rules, doubts)
    _doubt_reach_of_dates(rules, doubts)
    _settle_groups(rules, doubts)
    _settle_times(rules, doubts)
    return ItalianHours(_expression(rules, doubts), tuple(doubts), _needs_telling(rules))


def _attached(rules: list[HoursRule], doubts: list[Doubt]) -> list[HoursRule]:
    """Merge rules that only give hours or days for the rule before them into that rule, and return the others."""
    found: list[HoursRule] = []
    for rule in rules:
        previous = found[-1] if found else None
        is_bare = not rule.times and not rule.closed and not rule.nths and not rule.part
        if previous and rule.is_included and is_bare:
            previous.days = [*(previous.days or WEEKDAYS), *rule.days] if rule.days else previous.days
            continue
        if previous and is_bare and rule.sentence == previous.sentence and previous.times and not previous.closed:
            if rule.dates and not rule.days and not previous.dates:
                # "lun-ven 8-12, sab 9-12 da settembre a giugno": of all that was said in the sentence.
                alike = [one for one in found if one.sentence == rule.sentence and not one.dates and not one.closed]
                if len(alike) > 1:
                    dates, last = italian_dates(rule.dates), italian_days(previous.days)
                    doubts.append(Doubt(dates, f"{dates} per tutti i giorni", f"{dates} solo per {last}"))
                for earlier in alike:
                    earlier.dates = rule.dates
                    earlier.season_at = -1
                previous.notes += rule.notes
                continue
            if rule.days and not rule.dates and not previous.days:
                previous.days = rule.days
                previous.notes += rule.notes
                continue
        if previous and is_bare and not rule.has_selector and rule.notes:
            previous.notes += rule.notes
            continue
        found.append(rule)
    return found


def _give_days_back(rules: list[HoursRule]) -> None:
    """Copy the days written once at the end to all parts of a day: "mattina 9-12 e pomeriggio 15-18 dal lunedì al venerdì"."""
    for rule, following in reversed(list(itertools.pairwise(rules))):
        if rule.part and not rule.has_selector and following.times_first and rule.sentence == following.sentence:
            rule.days = list(following.days)


def _without_notes_alone(rules: list[HoursRule]) -> list[HoursRule]:
    """Return the rules without those that have days and a note but no hours ("martedì su appuntamento").

    The note then holds for all.
    """
    if not any(rule.times for rule in rules):
        return rules
    alone = [rule for rule in rules if rule.days and rule.notes and not rule.times and not rule.closed]
    kept = [rule for rule in rules if rule not in alone]
    for rule in kept:
        rule.notes += [" ".join(filter(None, (italian_days(one.days), HALF_DAY_NAMES[one.part], *one.notes))) for one in alone]
    return kept


def _settle_parts(rules: list[HoursRule]) -> None:
    """Close the other half of a day where "venerdì solo mattina" restricts hours stated before."""
    for number, rule in enumerate(rules):
        if rule.times or rule.closed or rule.until or not rule.has_selector or rule.part not in _OTHER_HALF:
            continue
        other = _OTHER_HALF[rule.part]
        start, end = HALF_DAYS[other]
        if any(
            s < end and e > start
            for earlier in rules[:number]
            if not earlier.closed and set(rule.days) <= set(earlier.days)
            for s, e in earlier.times
        ):
            rule.closed, rule.part = "after", other


def _settle_ends(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Complete "venerdì fino alle 17" with the hours stated before, cut at 17. Raises `UnreadHours` if there are none."""
    for number, rule in enumerate(rules):
        if not rule.until or rule.times:
            continue
        open_before = [one for one in rules[:number] if one.times and not one.closed]
        of_same_days = [one for one in open_before if set(rule.days) <= set(one.days)]
        candidates = of_same_days or open_before
        model = candidates[-1] if candidates else None
        times = [(start, end) for start, end in model.times if start < rule.until] if model else []
        if model is None or not times:
            raise UnreadHours(rule.at, f"{italian_days(rule.days) or 'lun-ven'} 9:00-{clock(rule.until)}")
        rule.times = [*times[:-1], (times[-1][0], rule.until)]
        rule.days = rule.days or list(model.days)
        if not of_same_days:
            shown = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in rule.times)
            days = italian_days(rule.days)
            doubts.append(Doubt(f"{days} fino alle {clock(rule.until)}", f"{days} {shown}", f"{days} da un'altra ora"))


def _check_complete(rule: HoursRule, number: int, rules: list[HoursRule], doubts: list[Doubt]) -> None:
    if rule.season_at >= 0 and not rule.dates:
        raise UnreadHours(rule.season_at, "dal 15 giugno al 15 settembre lun-ven 8:00-14:00")
    if rule.closed:
        if not rule.has_selector and not rule.part and len(rules) > 1:
            raise UnreadHours(rule.at, "lun-ven 9:00-12:00; sab chiuso")
        return
    if not rule.times:
        is_date = rule.dates and not rule.days and not rule.part
        raise UnreadHours(rule.at, "agosto chiuso" if is_date else f"{italian_days(rule.days) or 'lun-ven'} 9:00-12:00")
    if rule.days:
        return
    if rule.times == [(0, MIDNIGHT)]:
        rule.days = [*WEEKDAYS, "PH"]
        return
    # "lun-ven 8-18; luglio e agosto 8-14": of the same days; "mar 9-12; 14-16": one more stretch of the same day.
    for earlier in reversed(rules[:number]):
        if earlier.days and not earlier.closed:
            rule.days, rule.nths = list(earlier.days), list(earlier.nths)
            rule.is_addition = rule.is_addition or not rule.dates
            rule.dates = rule.dates or list(earlier.dates)
            return
    if not rule.dates or is_season(rule):
        times = ", ".join(f"{clock(start)}-{clock(end)}" for start, end in rule.times)
        doubts.append(Doubt(times, "tutti i giorni", "solo alcuni giorni"))


def _doubt_reach_of_dates(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Add a doubt where it is unclear which hours some dates belong to."""
    opening = [rule for rule in rules if not rule.closed]
    for rule in rules:
        if rule.closed and rule.is_exception and rule.dates and not rule.days and len(opening) > 1:
            # As in "lun 9-12. Sabato 9-12 (escluso agosto)".
            dates, last = italian_dates(rule.dates), italian_days(opening[-1].days)
            doubts.append(Doubt(dates, f"{dates} tutto chiuso", f"{dates} chiuso solo {last}"))
    for number, rule in enumerate(opening):
        seasons = [one for one in opening[:number] if is_season(one) and one.sentence != rule.sentence]
        if seasons and not rule.dates and rule.days and seasons[-1] is opening[number - 1]:
            # "luglio lun-ven 9-13; sab 9-12"
            days, dates = italian_days(rule.days), italian_dates(seasons[-1].dates)
            doubts.append(Doubt(days, f"{days} tutto l'anno", f"{days} solo {dates}"))


def _settle_groups(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Replace groups of days by single days: working days, holidays, days before holidays."""
    named = {day for rule in rules for day in rule.days}
    is_sunday_named = any("Su" in rule.days and not rule.is_every_day for rule in rules)
    is_sunday_open = any("Su" in rule.days and rule.is_every_day and not rule.closed for rule in rules)
    if is_sunday_open and not is_sunday_named and any(HOLIDAYS in rule.days and rule.closed for rule in rules):
        # "tutti i giorni 9-12, festivi esclusi"
        doubts.append(Doubt("festivi chiuso", "dom aperto, chiuso solo nelle feste", "chiuso anche dom"))
    for rule in rules:
        days = [day for one in rule.days for day in _days_of_group(one, named, doubts, is_closed=bool(rule.closed))]
        rule.days = list(dict.fromkeys(days))


def _days_of_group(group: str, named: Iterable[str], doubts: list[Doubt], *, is_closed: bool) -> Sequence[str]:
    """Return the days that a group of days stands for, given the days `named` beside it.

    Adds a doubt if several readings are possible.
    """
    match group:
        case "others":
            return [one for one in WEEKDAYS if one not in named]
        case "workdays" if "Sa" in named or EVES in named:
            return WEEKDAYS[:5]
        case "workdays":
            if not is_closed:
                doubts.append(Doubt("feriali", "lun-sab", "lun-ven"))
            return WEEKDAYS[:6]
        case "holidays" if "Su" in named or is_closed:
            return ["PH"]
        case "holidays":
            doubts.append(Doubt("festivi", "dom e festivi", "solo le feste, non la domenica"))
            return ["Su", "PH"]
        case "eves" if "Sa" in named:
            return ["PH -1 day"]
        case "eves":
            doubts.append(Doubt("prefestivi", "sab e vigilie delle feste", "solo le vigilie delle feste"))
            return ["Sa", "PH -1 day"]
        case _:
            return [group]


def _settle_times(rules: list[HoursRule], doubts: list[Doubt]) -> None:
    """Move hours such as "pomeriggio 3-6" to the afternoon, and add a doubt where ranges of a day overlap."""
    for rule in rules:
        for (start, end), (following, last) in itertools.pairwise(sorted(rule.times)):
            if start < following < end < last:
                shown = f"{clock(start)}-{clock(end)}, {clock(following)}-{clock(last)}"
                doubts.append(Doubt(shown, f"{clock(start)}-{clock(last)}", "un orario scritto male"))
        if rule.part in ("afternoon", "evening") and any(end <= NOON and start < end for start, end in rule.times):
            shown = ", ".join(f"{start // 60}-{end // 60}" for start, end in rule.times)
            rule.times = [(s + NOON, e + NOON) if s < e <= NOON and s < 8 * 60 else (s, e) for s, e in rule.times]
            doubts.append(Doubt(shown, ", ".join(f"{clock(s)}-{clock(e)}" for s, e in rule.times), shown))


def _expression(rules: list[HoursRule], doubts: list[Doubt]) -> str:
    if len(rules) == 1 and rules[0].written() == "Mo-Su,PH 00:00-24:00":
        return "24/7"
    opening = [rule for rule in rules if not rule.closed]
    exceptions = [rule for rule in opening if rule.is_exception]
    for exception in exceptions:
        for rule in opening:
            if rule is not exception and not rule.is_exception and not exception.dates and not exception.nths and not rule.nths:
                rule.days = [day for day in (rule.days or WEEKDAYS) if day not in exception.days]
    opening = [rule for rule in opening if rule.days or not exceptions or rule.is_exception]
    # The rules for the whole year come first: those for some days replace them there.
    opening.sort(key=lambda rule: (bool(rule.dates), rule.is_exception))
    text = ""
    for number, rule in enumerate(opening):
        joint = _joint(opening[:number], rule, doubts) if text else ""
        text += joint + rule.written()
    closed = [rule.written() for rule in rules if rule.closed]
    return "; ".join(filter(None, [text, *_days_off(opening, doubts), *closed]))


def _days_off(opening: list[HoursRule], doubts: list[Doubt]) -> list[str]:
    """Return rules that close the days which the hours of a season leave out: "lun-ven 9-12; luglio lun e gio 9-12"."""
    whole_year = {day for rule in opening if not rule.dates and not rule.nths for day in rule.weekdays()}
    found = []
    for dates, group in itertools.groupby((one for one in opening if is_season(one)), key=lambda one: one.dates):
        rules = list(group)
        named = {day for rule in rules for day in rule.weekdays()}
        missing = [day for day in WEEKDAYS if day in whole_year - named]
        if missing and not any(rule.is_addition or rule.nths for rule in rules):
            found.append(f"{','.join(dates)} {joined_days(missing)} off")
            days, when = italian_days(missing), italian_dates(dates)
            if not named <= whole_year:
                doubts.append(
                    Doubt(f"{when} {italian_days(sorted(named))}", f"{when} {days} chiuso", f"{when} {days} come sempre")
                )
    return found


def is_season(rule: HoursRule) -> bool:
    """Return True if a rule has hours for more than single dates."""
    return bool(rule.dates) and all("-" in dates or " " not in dates for dates in rule.dates)


def _joint(earlier: list[HoursRule], rule: HoursRule, doubts: list[Doubt]) -> str:
    """Return the sign to write before a rule: ";" if it replaces earlier hours of its days, "," if it adds to them."""
    alike = [one for one in earlier if one.dates == rule.dates and not rule.is_exception]
    shared = [one for one in alike if one.weekdays() & rule.weekdays()]
    if not shared or rule.nths or any(one.nths for one in shared):
        return ", " if shared else "; "
    if rule.until or rule.is_replacement:
        return "; "
    if rule.label:
        return ", "
    overlap = any(s < e2 and s2 < e for one in shared for s, e in one.times for s2, e2 in rule.times)
    days = italian_days([day for day in WEEKDAYS if any(day in one.weekdays() for one in shared) and day in rule.weekdays()])
    if overlap:
        times = ", ".join(f"{clock(s)}-{clock(e)}" for s, e in rule.times)
        doubts.append(Doubt(f"{days} {times}", f"{days} solo {times}", f"{days} anche l'altro orario"))
        return "; "
    is_apart = not rule.is_addition and shared[-1].sentence != rule.sentence and rule.part == shared[-1].part
    return "; " if is_apart and rule.at != shared[-1].at else ", "


def _needs_telling(rules: list[HoursRule]) -> bool:
    return any(
        rule.dates or rule.nths or rule.closed or rule.notes or rule.is_exception or not set(rule.days) <= set(WEEKDAYS)
        for rule in rules
    )
