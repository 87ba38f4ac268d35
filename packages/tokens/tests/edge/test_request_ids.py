"""A request id from outside is kept only if it can neither split nor fill a log line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_edge.request_ids import choose_request_id


@pytest.mark.parametrize("offered", ["a", "0" * 128, "7f-Ab_9.x"])
def test_a_harmless_id_is_kept(offered):
    assert choose_request_id(offered) == offered


@pytest.mark.parametrize("offered", ["", "0" * 129, "a b", "a\n", "\na", "a,b", "\u0661", '"'])
def test_another_one_is_replaced(offered):
    assert choose_request_id(offered) != offered


@given(st.text(max_size=200))
def test_what_comes_out_fits_a_log_line(offered):
    chosen = choose_request_id(offered)
    assert re.fullmatch("[!-~]{1,128}", chosen)
