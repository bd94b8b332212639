"""The facts that citizens are told about their data: who is responsible, on which legal basis, for how long. Settings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Seconds in an hour and in a day.
HOUR_SECONDS, DAY_SECONDS = 3600.0, 86400.0


class LegalBasis(StrEnum):
    """The legal basis on which data is processed (GDPR, art. 6.1 e and a)."""

    #: A task of public interest: citizens get a notice.
    PUBLIC_TASK = "public_task"
    #: Citizens are asked before anything is kept.
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Retention:
    """The times for which each kind of data is kept; 0 means for ever."""

    #: Sensitive answers, after the citizen's last message.
    sensitive_hours: int = 12
    #: The session, after the citizen's last message.
    session_days: int = 180
    #: The words of a resolved case, and all of it.
    case_words_days: int = 90
    case_days: int = 730
    #: Updates that were set aside.
    quarantine_days: int = 30
    #: The ledger.
    ledger_days: int = 1095
    #: The answers to surveys.
    survey_days: int = 1095
    #: Alerts and saved searches.
    alert_days: int = 365
    #: Sentences that were not understood, masked.
    unread_days: int = 90


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The facts of the notice on data protection (GDPR, art. 13)."""

    #: The body responsible for the data; without one, no notice is given at first contact.
    controller: str = ""
    contact: str = ""
    #: The contact of the data protection officer.
    officer: str = ""
    basis: LegalBasis = LegalBasis.PUBLIC_TASK
    #: The address of the whole policy on the web.
    policy_url: str = ""
    retention: Retention = Retention()

    @property
    def asks_consent(self) -> bool:
        """Return True if citizens are asked before anything is kept."""
        return self.basis is LegalBasis.CONSENT and bool(self.controller)


#: The notice of an installation whose settings say nothing.
NO_NOTICE = PrivacyNotice()
