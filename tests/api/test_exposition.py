"""The text format, read back by another's parser."""

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from service.api.exposition import Family, Sample, histogram, written


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")), st.floats(allow_nan=False))
@settings(deadline=None)
def test_whatever_a_label_holds_comes_back(text: str, value: float) -> None:
    [family] = text_string_to_metric_families(written([Family("a", "gauge", "Any.", [Sample({"b": text}, value)])]))
    [sample] = family.samples
    assert (sample.name, sample.labels, sample.value) == ("a", {"b": text}, value)


def test_a_meaning_may_have_lines() -> None:
    [family] = text_string_to_metric_families(written([Family("a", "counter", "One\\two\nthree", [Sample({}, 1)])]))
    assert family.documentation == "One\\two\nthree"


def test_a_histogram_adds_its_buckets_up() -> None:
    samples = list(histogram({"b": "c"}, [("0.5", 2), ("1", 0), ("+Inf", 3)], 12.5))
    [family] = text_string_to_metric_families(written([Family("a", "histogram", "Any.", samples)]))
    told = [(one.name, one.labels.get("le"), one.value) for one in family.samples]
    assert told == [
        ("a_bucket", "0.5", 2),
        ("a_bucket", "1", 2),
        ("a_bucket", "+Inf", 5),
        ("a_sum", None, 12.5),
        ("a_count", None, 5),
    ]
