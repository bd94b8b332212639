"""The keys of `flows/texts.yaml`, each with the placeholders its sentence may contain. The sentences themselves are content.

The keys of managers' commands are declared with the commands (`core/case_commands.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.case_commands import command_texts
from bot.kinds.registry import KINDS

_KEYS = """
progress: number total
multiple_hint: done
sensitive_hint
so_far: answer
heard: answer
heard_search: answers
heard_all: answers
for_another edit_unheard
resume: answers
heard_two_wishes: wish
heard_wishes: count wish
next_wish_button: wish
count_words
heard_unknown search_how correct_button help_search
danger_quiet danger_quiet_en danger_quiet_es danger_quiet_fr danger_quiet_ro
danger_quiet_ar danger_quiet_uk danger_quiet_zh danger_quiet_sq
danger_person_en danger_person_es danger_person_fr danger_person_ro
danger_person_ar danger_person_uk danger_person_zh danger_person_sq
danger_nobody_en danger_nobody_es danger_nobody_fr danger_nobody_ro
danger_nobody_ar danger_nobody_uk danger_nobody_zh danger_nobody_sq
foreign_en foreign_es foreign_fr foreign_ro foreign_ar foreign_uk foreign_zh foreign_sq
maybe
unknown_button decline_button done_button keep_button back_button show_button human_button
change_button restart_button list_button next_page_button previous_page_button continue_button
yes_button no_button
not_understood thanks greeting which_one hint_buttons unknown_command
found_one
found_many: count
to_check_one
to_check_many: count
found_both: count open
found_in_period: count open
found_page: first last count
found_further: first last
found_very_many: count
found_groups found_groups_unsure found_other_days
missing_activity: words
missing_activity_at: place words
numbered: number name
place_and_distance: place km
and_other_place: place count
and_other_places: place count
places: name
more_values_button details_button short_card_button
places_button: count
to_check: reasons
check_first: reasons
because: reasons
in_place: name place
nothing_fits nearest_one nearest_many
excluded_by: reason
excluded_by_several: reasons
nothing_offer_human
card_organization: organization
more_questions_button: attributes
card_where: where
card_when: when
card_season: season
card_apply: window
card_cost: cost
card_documents: documents
card_how: how
card_access: access
card_contacts: contacts
card_assured: date
card_collected: date
opening_now: week dates
opening_season: dates week
opening_nth: days clock
closed_nth: days
opening_closed: days
opening_holidays: clock
holidays_word rest_of_year ordinals_of_month ordinals_on_sunday easter easter_monday
card_stale card_example card_gone card_changed remote hours_unknown
access_yes: names
access_on_request: names
access_no: names
state_later: date
state_apply_later: date
state_waiting_list state_closed state_full
reason_for: accepted
reason_for_not: accepted
resident: place
reason_need: accepted
reason_hours: accepted
reason_dates: accepted
reason_hours_unknown
reason_access_no: said
reason_access_request: said
reason_access_unknown: said
minute: count
minutes: count
hour: count
hours: count
or_word: first last
and_word: first last
window: start end
does_not_know declined skipped
changes no_changes
answer_line: attribute answer
first_question restarted
settled: answer
old_button question_changed nothing_new playful
locate locate_button location_far
heard_location: answer
calendar: name
calendar_opens: name
calendar_closes: name
calendar_apply: name
calendar_apply_ends: name
calendar_button map_button website_button share_button copy_email_button
bot_description bot_short_description
offer_human offer_human_unreadable offer_human_voice offer_human_contact offer_human_location
offer_human_not_understood offer_human_useless useless_button share share_messages
share_anonymous
share_all_button share_nothing_button case_opened case_opened_urgent case_reopened case_kept case_kept_urgent
case_waiting case_with_person
with_person case_passed comment comment_thanks left_case leave_button cancel_case_button barred
undelivered promise_nobody queue_one no_human quarantine_alert unreadable_alert reason_asked reason_nothing_fits
reason_not_understood reason_useless reason_unreadable reason_urgent desk_urgent desk_helped_yes desk_helped_no desk_seen
desk_said desk_kind_photo desk_kind_voice desk_kind_other
desk_left desk_reopened desk_citizen_blocked
desk_citizen_back desk_shift desk_no_case
desk_unknown_command
desk_similar_command: command
desk_citizen_left
share_sent
right_topics right_pin right_delete old_card
share_plain_button: hidden
case_taken: name
case_closed: name
promise_minutes: minutes
promise_by: when
promise_later: when
queue_many: count
today_at: clock
tomorrow_at: clock
day_at: clock day
case_line: reason
relay_line: words
case_title: number
case_reason: reason
desk_waiting: since
desk_lost: count desk
desk_extended step_extended
added added_too case_unsent promise_unsent
card_earlier: about date name
card_earlier_none
desk_assigned: name
desk_resolved: when
desk_place: place
desk_attached: kind
desk_elsewhere: desk
desk_comment: words
desk_corrected: words
desk_alarm: danger
desk_alarm_unsure: danger
desk_refused: why
desk_rights: rights
desk_not_administered
remind_soon: waited left
remind_late: waited
remind_waiting: waited
remind_assignee: name waited
escalated_here: name waited
escalated_contact: contact
escalated_elsewhere: desk name waited
open_case_link case_delayed
case_after_hours: when
desk_silent: name
desk_gone: name
step_silent: who
step_replied: who
step_gone: who
step_away: who
step_follow_up: who
remind_urgent: waited
refused_not_yours: name
refused_taken: name
unsaid_not_yours: name
step_taken: who
step_passed: who
step_closed: who
step_barred: who
step_unbarred: who
step_alarmed: who
step_proposed: who
refused_by_telegram: name
refused_not_taken: name
refused_yours: name
refused_resolved: name
refused_anonymous: name
refused_stranger: name
refused_silent: name
unsaid_not_taken: name
unsaid_edited unsaid_nowhere
unhelped still_needed still_needed_button unbarred desk_not_barred
step_calmed: who
refused_open: name
step_opened: who
step_left: who
step_reopened: who
survey_thanks survey_why survey_review survey_send_button survey_leave_button survey_already survey_closed help
survey_not_yet: date
survey_left: command
bare_number: number
first_unread
about_line: name fact
about_search_button: value
about_cost: fact
about_place: fact
about_distance: where home km
about_hours: fact
about_open: covered
about_partly_open: covered
about_closed: when
about_open_on: day when
about_closed_on: day when
about_out_of_season: day season
about_period: fact
about_enrolment: window
about_documents: fact
about_how: fact
about_audience: fact
about_access: fact
about_contact: fact
about_provider: fact
about_residents: residents
about_takes: said
about_takes_but: said obstacle
disabled: value
about_refuses: said
about_may_take: said
about_ask: contacts
about_rest_unknown: ask
about_in_period: season
about_out_of_period: season
about_quoted: sentence
about_unknown_of_all about_unknown about_no_phone about_unknown_short about_ask_person about_room_open about_any_age about_anyone
about_remark about_remark_of_all
pick_which pick_nearest pick_free pick_open pick_none_free pick_none_open pick_no_more pick_is_nearest pick_needs_place
pick_needs_hours
wrong_ask wrong_far_button wrong_cost_button wrong_hours_button wrong_age_button wrong_need_button
command_line: command title
first_notice: controller
whole_notice
notice_button export_button erase_button policy_button
privacy_title privacy_basis_public_task privacy_basis_consent privacy_data privacy_readers privacy_rights
privacy_controller: controller
privacy_contact: contact
privacy_officer: officer
privacy_sensitive: hours
privacy_session: days
privacy_case: days
consent_ask consent_yes_button consent_no_button consent_thanks consent_refused
consent_contact: contact
bookmark_button drop_bookmark_button bookmark_set bookmark_dropped bookmarks bookmarks_none
hide_button unhide_button hidden unhidden
alert_button alert_stop_button alert_set alert_stopped alert_all_stopped alerts alerts_none alert_one alert_many
alert_deadline_button alert_deadline_set alert_search_button alert_search_none alert_search_wide alert_news alerts_all
alert_stop_one_button: name
alert_search_set: search
alert_news_search: search
alert_line_new: name
alert_line_new_open: name
alert_line_open: name
alert_line_closing: name day
export_ready erase_ask erase_ask_case erase_yes_button erase_no_button erase_kept erased erased_remains erased_group
erased_group_later erased_barred
erased_restart_button useful_button not_useful_button useful_thanks not_useful_thanks
privacy_alerts: days
privacy_surveys: days
privacy_unread: days
desk_erased: number
desk_erased_by_hand: number
data_title data_wishes data_answers data_texts data_alerts data_bookmarks data_kept data_nothing
data_case: day
help_start help_back help_change help_human help_help help_privacy help_alerts
"""


def _placeholders(text: str) -> dict[str, frozenset[str]]:
    """Parse a table of text keys: lines of keys, and after a colon the placeholders they share.

    Return the placeholders by key.
    """
    keys: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        names, colon, placeholders = line.partition(":")
        for name in names.split():
            keys[name] = frozenset(placeholders.split()) if colon else frozenset()
    return keys


#: The placeholders of each text, by its key.
TEXTS: Mapping[str, frozenset[str]] = _placeholders("\n".join((_KEYS, command_texts(), *(kind.texts for kind in KINDS.values()))))
