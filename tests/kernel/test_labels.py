"""Labels form a lattice; principals see what their groups may see."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from loomwork.kernel.labels import ORIGINS, Labels, join
from loomwork.kernel.principals import EVERYONE, NOBODY, Principal

groups = st.frozensets(st.sampled_from(["staff", "board", "user:ada"]), max_size=3)
labels = st.builds(
    lambda origins, readers: Labels(origins=origins, readers=readers),
    st.frozensets(st.sampled_from(ORIGINS), max_size=3),
    st.none() | groups,
)


@given(labels, labels, labels)
def test_joining_does_not_depend_on_order_grouping_or_repetition(a: Labels, b: Labels, c: Labels) -> None:
    assert a.join(b) == b.join(a)
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(a) == a
    assert a.join(Labels()) == a
    assert join([a, b, c]) == reduce(Labels.join, [c, a, b])


@given(labels, labels)
def test_a_join_is_no_more_trusted_and_no_more_visible_than_its_parts(a: Labels, b: Labels) -> None:
    joined = a.join(b)
    assert ORIGINS.index(joined.integrity) == max(ORIGINS.index(a.integrity), ORIGINS.index(b.integrity))
    for least in ORIGINS:
        assert joined.trusted_as(least) == (a.trusted_as(least) and b.trusted_as(least))


@given(labels, labels, groups)
def test_who_may_see_a_join_of_group_labels_may_see_both_parts(a: Labels, b: Labels, mine: frozenset[str]) -> None:
    reader = Principal(id="ada", groups=mine)
    if reader.may_see(a.join(b)):
        assert reader.may_see(a)
        assert reader.may_see(b)


def test_nobody_in_particular_sees_only_what_everyone_may_see() -> None:
    assert NOBODY.may_see(Labels())
    assert NOBODY.may_see(Labels(readers=frozenset({EVERYONE})))
    assert not NOBODY.may_see(Labels(readers=frozenset({"staff"})))
    assert not NOBODY.may_see(Labels(readers=frozenset()))
    assert Principal(id="ada").may_see(Labels(readers=frozenset({"user:ada"})))
