"""The tables. Thin on purpose: what can be done with them is in the verbs of each room.

Who an applicant is stands apart from what the jury reads: queries made for the jury never touch
``Applicant``, and traits that the privacy laws call sensitive stand apart from both.
"""

from reviewer.models.access import (
    AuditEvent,
    AuditHead,
    ChangedValue,
    LoginAttempt,
    LoginSession,
    LoginTicket,
    Person,
    Role,
)
from reviewer.models.acta import Acta, ActaKind, Answer, Notice, Publication, Replacement, SeatReply
from reviewer.models.applications import (
    Applicant,
    Application,
    ApplicationStatus,
    Document,
    Eligibility,
    ScreeningState,
    SensitiveTraits,
)
from reviewer.models.batches import Batch, BatchRow, Finding, Job, JobStatus, Upload
from reviewer.models.calls import Call, Phase, Setting
from reviewer.models.decision import ChangeKind, HandChange, Outcome, Placement, Scenario
from reviewer.models.deliberation import (
    AgendaItem,
    Attendance,
    Meeting,
    Ordering,
    Resolution,
    Vote,
    VoteChoice,
)
from reviewer.models.groupings import GroupingRules
from reviewer.models.jury import Assignment, Conflict, Note, NoteKind, PageTurn, Review, ReviewStatus, Score
from reviewer.models.panel import Anchor, ConflictDeclaration, ConflictSuggestion, Extension, PanelMember
from reviewer.models.rankings import (
    FurtherReading,
    FurtherRound,
    KeptRanking,
    RankedApplication,
    RankedJuror,
)
from reviewer.models.reading import (
    CommitteeMessage,
    Flag,
    FlagKind,
    PinnedNote,
    Preference,
    WithheldDocument,
)
from reviewer.models.screening import (
    ColumnMapping,
    Correction,
    Rehearsal,
    RehearsalRow,
    Screening,
    ScreeningHold,
    Verdict,
)

__all__ = [
    "Acta",
    "ActaKind",
    "AgendaItem",
    "Anchor",
    "Answer",
    "Applicant",
    "Application",
    "ApplicationStatus",
    "Assignment",
    "Attendance",
    "AuditEvent",
    "AuditHead",
    "Batch",
    "BatchRow",
    "Call",
    "ChangeKind",
    "ChangedValue",
    "ColumnMapping",
    "CommitteeMessage",
    "Conflict",
    "ConflictDeclaration",
    "ConflictSuggestion",
    "Correction",
    "Document",
    "Eligibility",
    "Extension",
    "Finding",
    "Flag",
    "FlagKind",
    "FurtherReading",
    "FurtherRound",
    "GroupingRules",
    "HandChange",
    "Job",
    "JobStatus",
    "KeptRanking",
    "LoginAttempt",
    "LoginSession",
    "LoginTicket",
    "Meeting",
    "Note",
    "NoteKind",
    "Notice",
    "Ordering",
    "Outcome",
    "PageTurn",
    "PanelMember",
    "Person",
    "Phase",
    "PinnedNote",
    "Placement",
    "Preference",
    "Publication",
    "RankedApplication",
    "RankedJuror",
    "Rehearsal",
    "RehearsalRow",
    "Replacement",
    "Resolution",
    "Review",
    "ReviewStatus",
    "Role",
    "Scenario",
    "Score",
    "Screening",
    "ScreeningHold",
    "ScreeningState",
    "SeatReply",
    "SensitiveTraits",
    "Setting",
    "Upload",
    "Verdict",
    "Vote",
    "VoteChoice",
    "WithheldDocument",
]
