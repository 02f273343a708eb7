"""What a cascade may hope for: each step has those it can reach who have read none before it."""

from campaigns.rules.expectations import expect


def test_the_second_step_goes_to_those_who_have_not_read_the_first() -> None:
    mail, sms = expect({(True, True): 100}, [0.2, 0.9])

    assert (mail.recipients, mail.reads) == (100, 20)
    assert (sms.recipients, sms.reads) == (80, 72)


def test_who_cannot_be_reached_goes_on_unread() -> None:
    mail, sms = expect({(False, True): 10, (True, True): 90}, [0.5, 1.0])

    assert (mail.recipients, mail.unreachable) == (90, 10)
    assert sms.recipients == 10 + 45


def test_nobody_hopes_for_nothing() -> None:
    assert [one.reads for one in expect({}, [0.2, 0.9])] == [0, 0]
