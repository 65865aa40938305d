import pytest

from loomwork.evals.scorers.private import findings, masked, pii
from loomwork.kernel.errors import NotAChoice
from tests.evals.scorers.lab import rows

KINDS = {
    "EMAIL_ADDRESS": {"email"}, "IP_ADDRESS": {"ip"}, "CREDIT_CARD": {"bank_card"}, "IBAN_CODE": {"iban"},
    "US_SSN": {"us_ssn"}, "PHONE_NUMBER": {"phone", "cn_mobile"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证号110101199003070011", "cn_id"),
        ("身份证 110101199003070012", ""),
        ("手机：13812345678。", "cn_mobile"),
        ("+86 138 1234 5678", "cn_mobile"),
        ("电话 010-62345678", "phone"),
        ("卡号 6222 0212 3456 7894 561", ""),
        ("card 4111 1111 1111 1111", "bank_card"),
        ("card 4111 1111 1111 1112", ""),
        ("order 4111111111111", ""),
        ("ada@example.org", "email"),
        ("@ada in v1.2.3.4.5", ""),
        ("server 10.0.0.12", "ip"),
        ("mask 255.255.255.0", ""),
        ("2001:db8::8a2e:370:7334", "ip"),
        ("at 10:30:45", ""),
        ("GB82 WEST 1234 5698 7654 32", "iban"),
        ("GB83 WEST 1234 5698 7654 32", ""),
        ("SSN 219-09-9999", "us_ssn"),
        ("key sk-proj-abcdefghijklmnopqrstuv12", "key"),
        ("AKIAIOSFODNN7EXAMPLE", "key"),
        ("密码：hunter2abc", "key"),
        ("password: forgotten", ""),
        ("-----BEGIN RSA PRIVATE KEY-----", "key"),
        ("3.14159265358979", ""),
        ("2026-11-22 10:11:12", ""),
        ("", ""),
    ],
)
def test_what_has_the_form_and_the_checksum_is_found(text: str, kind: str):
    assert [each.kind for each in findings(text)] == ([kind] if kind else [])


def test_of_planted_sentences_most_are_found_and_others_are_left_alone():
    """The whole set is measured by `python -m bench.known`; here a part, so that a change is seen."""
    found = wanted = wrong = 0
    for row in rows("pii.jsonl"):
        seen = findings(row["text"])
        spans = [each for each in row["spans"] if each[0] in KINDS]
        wanted += len(spans)
        found += sum(
            any(s.kind in KINDS[k] and s.start < end and s.end > start for s in seen) for k, start, end in spans
        )
        wrong += sum(
            not any(s.kind in KINDS[k] and s.start < end and s.end > start for k, start, end in spans) for s in seen
        )
    assert (wanted, wrong) == (49, 0)
    assert found >= 30


def test_what_is_found_is_shown_masked_and_counted():
    score = pii("13812345678 and 13912345678, ada@example.org")
    assert (score.value, score.label) == (1, "cn_mobile")
    assert score.parts == {"cn_mobile": 2.0, "email": 1.0}
    assert "12345" not in score.reason
    assert masked("abcd") == "a**d"


def test_only_some_kinds_can_be_asked_for():
    assert pii("ada@example.org", kinds=["ip", "key"]).value == 0
    with pytest.raises(NotAChoice, match="kinds=name"):
        pii("x", kinds=["name"])


@pytest.mark.parametrize("text", ["1" * 500_000, "a.b-" * 120_000, "1-" * 250_000, "ab:" * 150_000, "AB12" * 120_000])
def test_a_long_text_is_looked_through(text: str):
    assert pii(text).value in (0, 1)
