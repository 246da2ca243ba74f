"""The figure of the cut: its data, and its sentence about applications near the cut."""

from dataclasses import replace

import pytest

from reviewer.core import clock
from reviewer.decision.ranking.queries import Band, Overview, RankingLine
from reviewer.web.charts.palette import LIGHT
from reviewer.web.screens.ranking import cut

SEATS = 3
HOSTILE = "<a href='http://example.com'>Título</a>"


def line(rank: int, estimate: float, error: float = 2.0, band: Band = Band.CUT) -> RankingLine:
    return RankingLine(
        rank=rank,
        folio=f"HIS-{rank:04d}",
        title=HOSTILE,
        alcaldia="Tlalpan",
        chance=0.5,
        rank_from=rank,
        rank_to=rank + 1,
        band=band,
        estimate=estimate,
        error=error,
        mean=estimate,
        mean_rank=rank,
        readings=2,
        spread=0.0,
        marks=(),
    )


@pytest.fixture
def overview() -> Overview:
    return Overview(1, clock.now(), True, SEATS, 6, dict.fromkeys(Band, 2), (), {})


LINES = [line(1, 90, band=Band.IN), line(2, 80), line(3, 70), line(4, 69), line(5, 68), line(6, 67.9)]


def test_sentence_states_gap_and_who_could_reach_the_cut(overview: Overview) -> None:
    text = cut.cut_sentence(LINES, overview).replace("\N{NO-BREAK SPACE}", " ")
    assert "hay 1 de 100 puntos" in text
    assert "2 postulaciones que quedaron fuera llegan" in text  # 69 + 2 and 68 + 2, but not 67.9 + 2
    wider = [replace(line, error=2.15) for line in LINES]
    assert "3 postulaciones" in cut.cut_sentence(wider, overview).replace("\N{NO-BREAK SPACE}", " ")


def test_where_all_get_in_there_is_no_cut(overview: Overview) -> None:
    assert "no hay corte" in cut.cut_sentence(LINES[:3], overview)


def test_each_application_is_drawn_once_in_its_band_with_its_error() -> None:
    chart = cut.figure(LINES, SEATS, LIGHT)
    assert [len(trace.x) for trace in chart.data] == [1, 5, 0]
    assert list(chart.data[1].y) == [80, 70, 69, 68, 67.9]
    assert list(chart.data[1].error_y.array) == [2.0] * 5
    assert chart.layout.shapes[0].x0 == SEATS + 0.5


def test_a_title_is_text() -> None:
    assert "<a" not in cut.figure(LINES, SEATS, LIGHT).to_json().replace("\\u003c", "<")
