"""A grade proposes what becomes of a unit."""

from __future__ import annotations

import pytest

from returns_app.core.dispositions import ADDS_STOCK, IS_SOLD_AGAIN, LEAVES_US, Disposition, Grade, proposed


@pytest.mark.parametrize("grade", Grade)
def test_every_grade_has_a_proposal_and_it_is_never_sent_back(grade: Grade) -> None:
    assert proposed(grade) is not Disposition.BACK_TO_SHOPPER


def test_only_as_new_goods_become_stock_by_themselves() -> None:
    assert [grade for grade in Grade if proposed(grade) in ADDS_STOCK] == [Grade.A]


def test_each_disposition_belongs_to_one_way_out() -> None:
    assert LEAVES_US | IS_SOLD_AGAIN | {Disposition.BACK_TO_SHOPPER} == set(Disposition)
    assert not LEAVES_US & IS_SOLD_AGAIN
