"""The columns of the tables that hold applicants' answers.

``tests/privacy/test_traits.py`` lists the modules that may import this one, as those of ``SensitiveTraits``.
"""

from typing import Any

from sqlalchemy.orm import Mapped
from sqlmodel import SQLModel, col

from reviewer.demographics.questions import Question, Store
from reviewer.models import Applicant, Application, SensitiveTraits

MODELS: dict[Store, type[SQLModel]] = {
    Store.APPLICANT: Applicant,
    Store.SENSITIVE: SensitiveTraits,
    Store.APPLICATION: Application,
}


def answer_column(question: Question) -> Mapped[Any]:
    """Returns the column that holds what the cohort and the rules go by in a question."""
    return col(getattr(MODELS[question.store], question.value_column))
