"""Every table; importing this package makes the metadata complete."""

from suyu_learn.models.access import Card, FailedSignIn, Grant, OneTimeLink, Role
from suyu_learn.models.appeals import Appeal, AppealState
from suyu_learn.models.bank import (
    Bank,
    BankShare,
    Difficulty,
    Dimension,
    Media,
    Question,
    QuestionVersion,
    ReviewNote,
    SavedFilter,
    Status,
    TextFormat,
    Topic,
    VersionMedia,
    VersionTag,
    VersionText,
    VersionTopic,
)
from suyu_learn.models.base import Base, new_key
from suyu_learn.models.certificates import Certificate, CertificateTerms
from suyu_learn.models.courses import (
    Course,
    CourseAudience,
    CourseRequirement,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonDocument,
    LessonMedia,
    ProgressStep,
)
from suyu_learn.models.events import Attendance, AttendanceChange, AttendanceWay, Event, EventKind
from suyu_learn.models.exams import (
    Counts,
    Delivery,
    Exam,
    ExamAudience,
    ExamChange,
    ExamState,
    ExamUnit,
    ExtraTime,
    IntegrityExemption,
    Paper,
    PaperMode,
    PaperPick,
    PaperRule,
    Purpose,
    RosterChange,
    RosterChangeKind,
    RosterMember,
    Shown,
)
from suyu_learn.models.identity_numbers import IdentityNumber, IdentityRequest, IdentityState
from suyu_learn.models.imports import ColumnMap, Import, ImportFile, ImportMedia, ImportRow, ImportState, RowOutcome
from suyu_learn.models.outside_certificates import OutsideCertificate, OutsideEnd, OutsideKind, OutsideReminder
from suyu_learn.models.people import (
    Audience,
    Employment,
    Membership,
    Person,
    PersonAudience,
    PersonChange,
    PersonKind,
    Residence,
    Schooling,
    Sex,
    Unit,
    UnitChange,
    UnitKind,
)
from suyu_learn.models.plan_tasks import PlanTag, TaggedKind
from suyu_learn.models.practice import (
    PracticeAnswer,
    PracticeFavourite,
    PracticeMock,
    PracticePlace,
    PracticeState,
    PracticeTaken,
)
from suyu_learn.models.printing import PrintedPaper
from suyu_learn.models.programmes import (
    Assignment,
    ChannelKind,
    HoursScope,
    PartKind,
    Programme,
    ProgrammeExemption,
    ProgrammeMember,
    ProgrammePart,
    ProgrammeStage,
    ProgrammeState,
    Reminder,
    ReminderChannel,
    ReminderState,
    Repeats,
    SignOff,
)
from suyu_learn.models.records import AuditEntry, Completion, CompletionKind, HoursEntry, RecordView
from suyu_learn.models.sitting import Attempt, OpenAnswer, Scan, Slot, Step
