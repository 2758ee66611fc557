namespace Parley.Conformance.Tests.Faults;

/// <summary>The checker sees every kind of broken promise.</summary>
public sealed class HistoryCheckerTests
{
    private const string Talk = "group 5";
    private const long Ann = 1;
    private const long Ben = 2;
    private const long Eve = 3;

    [Fact]
    public void A_good_history_passes()
    {
        Assert.Empty(HistoryChecker.Check(Good()));
    }

    [Fact]
    public void A_refused_message_need_not_be_stored_and_an_unanswered_one_may_be()
    {
        var history = Good();
        Send(history, Ann, 90);
        history.Add(new HistoryEvent.Told(Name(Ann, 90), Verdict.Refused, 0));
        Send(history, Ann, 91);
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (3, Ben, 12, 105), (4, Ann, 13, 110), (5, Ann, 91, 111));
        Assert.Empty(HistoryChecker.Check(history));
    }

    [Fact]
    public void An_acknowledged_message_that_is_lost_is_seen()
    {
        var history = Good();
        Send(history, Ann, 99);
        history.Add(new HistoryEvent.Told(Name(Ann, 99), Verdict.Accepted, 120));
        Expect(history, "acknowledged (Accepted) and lost");
    }

    [Fact]
    public void A_retry_told_to_be_a_duplicate_of_nothing_is_seen()
    {
        var history = Good();
        Send(history, Ann, 99);
        history.Add(new HistoryEvent.Told(Name(Ann, 99), Verdict.Duplicate, 0));
        Expect(history, "acknowledged (Duplicate) and lost");
    }

    [Fact]
    public void A_time_other_than_the_one_told_is_seen()
    {
        var history = Good();
        history.Add(new HistoryEvent.Told(Name(Ann, 10), Verdict.Accepted, 99));
        Expect(history, "told the time 99 and stored with 100");
    }

    [Fact]
    public void A_gap_in_the_sequence_is_seen()
    {
        var history = Good();
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (4, Ben, 12, 105), (5, Ann, 13, 110));
        Expect(history, "seq 4 stands where 3 should");
    }

    [Fact]
    public void A_sequence_that_does_not_begin_with_1_is_seen()
    {
        var history = Good();
        Store(history, (2, Ann, 10, 100), (3, Ann, 11, 100), (4, Ben, 12, 105), (5, Ann, 13, 110));
        Expect(history, "seq 2 stands where 1 should");
    }

    [Fact]
    public void The_same_sequence_twice_is_seen()
    {
        var history = Good();
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (2, Ben, 12, 105), (3, Ann, 13, 110));
        Expect(history, "seq 2 stands where 3 should");
    }

    [Fact]
    public void Time_that_goes_back_is_seen()
    {
        var history = Good();
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (3, Ben, 12, 105), (4, Ann, 13, 104));
        Expect(history, "time goes back at seq 4");
    }

    [Fact]
    public void A_message_stored_twice_is_seen()
    {
        var history = Good();
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (3, Ben, 12, 105), (4, Ann, 13, 110), (5, Ann, 10, 120));
        Expect(history, "mid 10 of 1 is stored twice");
    }

    [Fact]
    public void A_message_that_nobody_sent_is_seen()
    {
        var history = Good();
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (3, Ben, 12, 105), (4, Ann, 13, 110), (5, Eve, 66, 120));
        Expect(history, "stored and never sent");
    }

    [Fact]
    public void A_push_to_a_stranger_is_seen()
    {
        var history = Good();
        Push(history, "e", Eve, Ann, 10, 100);
        Expect(history, "pushed to 3, who must not hear it");
    }

    [Fact]
    public void A_push_to_the_sender_is_seen()
    {
        var history = Good();
        Push(history, "a2", Ann, Ann, 10, 100);
        Expect(history, "pushed to its sender");
    }

    [Fact]
    public void A_push_of_something_that_is_not_stored_is_seen()
    {
        var history = Good();
        Push(history, "b", Ben, Ann, 77, 100);
        Expect(history, "pushed to 2 and not stored");
    }

    [Fact]
    public void A_push_with_another_time_is_seen()
    {
        var history = Good();
        Push(history, "b2", Ben, Ann, 10, 101);
        Expect(history, "pushed with the time 101 and stored with 100");
    }

    [Fact]
    public void Pushes_out_of_order_are_seen_and_those_that_come_again_are_not()
    {
        var history = Good();
        Push(history, "b", Ben, Ann, 10, 100);
        Assert.Empty(HistoryChecker.Check(history));
        Push(history, "b3", Ben, Ann, 11, 100);
        Push(history, "b3", Ben, Ann, 10, 100);
        Expect(history, "session b3 was pushed seq 1 after 2");
    }

    [Fact]
    public void A_push_left_out_is_seen()
    {
        var history = Good();
        Push(history, "b4", Ben, Ann, 10, 100);
        Push(history, "b4", Ben, Ann, 13, 110);
        Expect(history, "session b4 was not pushed seq 2"); // and 3 is Ben's own
    }

    /// <summary>Ann says 10 and 11, Ben 12 (told late, by a retry), Ann 13; both hear each other.</summary>
    private static History Good()
    {
        var history = new History();
        history.SetListeners(Talk, Ann, Ben);
        foreach (var (sender, mid, time) in new[] { (Ann, 10L, 100L), (Ann, 11, 100), (Ben, 12, 105), (Ann, 13, 110) })
        {
            Send(history, sender, mid);
            if (mid == 12)
                Send(history, sender, mid);
            history.Add(new HistoryEvent.Told(Name(sender, mid), mid == 12 ? Verdict.Duplicate : Verdict.Accepted, mid == 12 ? 0 : time));
            Push(history, sender == Ann ? "b" : "a", sender == Ann ? Ben : Ann, sender, mid, time);
        }
        Store(history, (1, Ann, 10, 100), (2, Ann, 11, 100), (3, Ben, 12, 105), (4, Ann, 13, 110));
        return history;
    }

    private static MessageName Name(long sender, long mid) => new(Talk, sender, mid);

    private static void Send(History history, long sender, long mid) => history.Add(new HistoryEvent.Sent(Name(sender, mid)));

    private static void Push(History history, string session, long user, long sender, long mid, long time) =>
        history.Add(new HistoryEvent.Pushed(session, user, Name(sender, mid), time));

    private static void Store(History history, params (long Sequence, long Sender, long Mid, long Time)[] rows) =>
        history.SetStored(Talk, [.. rows.Select(row => new StoredRow(row.Sequence, row.Sender, row.Mid, row.Time))]);

    private static void Expect(History history, string sentence)
    {
        var broken = HistoryChecker.Check(history);
        Assert.Contains(broken, line => line.Contains(sentence, StringComparison.Ordinal));
    }
}
