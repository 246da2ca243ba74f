"""Plotly's script is prefetched only for roles whose pages have figures."""

import json

from reviewer.access.actor import Actor
from reviewer.models import Call
from tests.pages.conftest import Screens


def test_coordinators_fetch_plotly_ahead_and_jurors_do_not(
    screen: Screens, call: Call, coordinator: Actor, juror: Actor
) -> None:
    for actor, is_fetched in ((coordinator, True), (juror, False)):
        page = screen("cuenta", actor)
        page.session_state["plotly_is_prefetched"] = False
        page.run()
        files = [json.loads(part.proto.json or "{}").get("files", []) for part in page.get("bidi_component")]
        assert any("/static/js/PlotlyChart." in file for names in files for file in names) is is_fetched
