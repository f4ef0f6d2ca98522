from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import DataError
from data.settings import Settings


def test_without_variables_everything_lies_under_var_in_sqlite() -> None:
    settings = Settings.from_environment({})
    assert settings.home.name == "var"
    assert settings.database_url == f"sqlite:///{settings.home}/instructrec.db"
    assert settings.ranker_url == "http://127.0.0.1:5056"


def test_a_port_moves_the_address_that_follows_from_it() -> None:
    assert Settings.from_environment({"INSTRUCTREC_RANKER_PORT": "7000"}).ranker_url == "http://127.0.0.1:7000"


def test_packs_are_separated_by_commas() -> None:
    assert Settings.from_environment({"INSTRUCTREC_PACKS": "movies, wines"}).packs == ("movies", "wines")


@pytest.mark.parametrize("origin", ["shop.example", "https://shop.example/path", "https://a; script-src *"])
def test_what_is_no_origin_may_not_embed_the_widget(origin: str) -> None:
    with pytest.raises(DataError, match="is no origin; expected scheme and host, such as https://shop.example"):
        Settings.from_environment({"INSTRUCTREC_EMBED_ORIGINS": origin})


def test_variables_of_other_programs_are_ignored() -> None:
    assert Settings.from_environment({"PATH": "/bin", "HOME": "/root"}) == Settings.from_environment({})


def test_every_bad_variable_is_reported_at_once() -> None:
    with pytest.raises(DataError) as caught:
        Settings.from_environment({"INSTRUCTREC_GATEWAY_PORT": "eighty", "INSTRUCTREC_COLOUR": "red"})
    assert len(caught.value.problems) == 2
    assert caught.value.problems[0].startswith("INSTRUCTREC_COLOUR: no such setting; there are INSTRUCTREC_HOME")
    assert "INSTRUCTREC_GATEWAY_PORT='eighty'" in caught.value.problems[1]


def test_settings_survive_the_way_to_a_child_process(tmp_path: Path) -> None:
    settings = Settings.from_environment({"INSTRUCTREC_HOME": str(tmp_path), "INSTRUCTREC_PACKS": "a,b"})
    assert Settings.from_environment(settings.as_environment()) == settings
