using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>Saying something once, however often it has to be sent (rtm-client.md §1.6, §9.3, §9.4).</summary>
public sealed class SendTests : ClientFixture
{
    [Fact]
    public async Task What_is_not_answered_is_sent_again_with_the_same_number()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToUserAsync(7, new RtmDraft("x", 8, "a"));
        var first = await connection.NextAsync("sendmsg");
        await PassUntilAsync(() => Gate.CountOf("sendmsg") == 2, "the second try", stepSeconds: 1);
        var second = await connection.NextAsync("sendmsg");
        Assert.Equal(first.Body.Int("mid"), second.Body.Int("mid"));
        Assert.Equal(first.Body.ToString(), second.Body.ToString());
        await connection.AnswerAsync(second, ("mtime", 1_556_446_799_140));
        var sent = await Wait.For(sending, "the answer");
        Assert.Equal(first.Body.Int("mid"), sent.MessageId);
        Assert.Equal(1_556_446_799_140, sent.Time!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_retry_that_is_told_of_a_duplicate_has_succeeded()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToGroupAsync(7, "x");
        await connection.NextAsync("sendgroupmsg");
        await PassUntilAsync(() => Gate.CountOf("sendgroupmsg") == 2, "the second try", stepSeconds: 1);
        await connection.FailAsync(await connection.NextAsync("sendgroupmsg"), RtmErrorCode.DuplicatedMid);
        Assert.Null((await Wait.For(sending, "the success")).Time);
    }

    [Fact]
    public async Task A_first_try_that_is_told_of_a_duplicate_is_an_error()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToUserAsync(7, new RtmDraft("x") { MessageId = 5 });
        var quest = await connection.NextAsync("sendmsg");
        Assert.Equal(5, quest.Body.Int("mid"));
        await connection.FailAsync(quest, RtmErrorCode.DuplicatedMid);
        Assert.Equal(RtmErrorCode.DuplicatedMid, (await Assert.ThrowsAsync<RtmException>(() => sending)).Code);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToRoomAsync(7, "x");
        await connection.FailAsync(await connection.NextAsync("sendroommsg"), RtmErrorCode.NotInRoom);
        var exception = await Assert.ThrowsAsync<RtmException>(() => sending);
        Assert.Equal((RtmErrorCode.NotInRoom, "sendroommsg", "no"), (exception.Code, exception.Method, exception.Text));
        Assert.Equal(1, Gate.CountOf("sendroommsg"));
    }

    [Fact]
    public async Task When_no_try_is_answered_it_is_a_timeout()
    {
        var (client, _) = await LoginAsync();
        Gate.On("sendmsg", (_, _) => Task.CompletedTask);
        var sending = client.SendToUserAsync(7, "x");
        await PassUntilAsync(() => sending.IsCompleted, "the end", stepSeconds: 1);
        Assert.Equal(20003, (await Assert.ThrowsAsync<RtmTimeoutException>(() => sending)).Code);
        Assert.Equal(3, Gate.CountOf("sendmsg"));
    }

    [Fact]
    public async Task After_a_lost_connection_it_is_sent_over_the_next_one()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToUserAsync(7, "x");
        var first = await connection.NextAsync("sendmsg");
        connection.Close();
        var next = await Gate.NextAsync();
        var second = await next.NextAsync("sendmsg");
        Assert.Equal(first.Body.Int("mid"), second.Body.Int("mid"));
        await next.FailAsync(second, RtmErrorCode.DuplicatedMid);
        Assert.Equal(first.Body.Int("mid"), (await Wait.For(sending, "the success")).MessageId);
    }

    [Fact]
    public async Task A_question_is_not_asked_again_but_fails_with_the_connection()
    {
        var (client, connection) = await LoginAsync();
        var asking = client.GetFriendsAsync();
        await connection.NextAsync("getfriends");
        connection.Close();
        Assert.Equal(20002, (await Assert.ThrowsAsync<RtmConnectionException>(() => asking)).Code);
    }

    [Fact]
    public async Task A_call_has_its_own_time_and_may_be_given_up()
    {
        var (client, connection) = await LoginAsync();
        var asking = client.GetFriendsAsync(TimeSpan.FromSeconds(1));
        await connection.NextAsync("getfriends");
        await PassUntilAsync(() => asking.IsCompleted, "the timeout");
        await Assert.ThrowsAsync<RtmTimeoutException>(() => asking);
        using var cancellation = new CancellationTokenSource();
        asking = client.GetFriendsAsync(cancellationToken: cancellation.Token);
        await connection.NextAsync("getfriends");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Bytes_are_sent_as_bytes()
    {
        var (client, connection) = await LoginAsync();
        var sending = client.SendToUserAsync(7, new RtmDraft("", 60) { Bytes = new byte[] { 0xff, 1 } });
        var quest = await connection.NextAsync("sendmsg");
        Assert.Equal(new byte[] { 0xff, 1 }, Assert.IsType<byte[]>(quest.Body["msg"]));
        await connection.AnswerAsync(quest);
        Assert.Null((await Wait.For(sending, "the answer")).Time);
    }

    [Fact]
    public void Numbers_grow_even_when_the_clock_goes_back()
    {
        var time = new ManualTimeProvider();
        var ids = new MessageIds(time);
        var last = 0L;
        for (var i = 0; i < 3000; i++)
        {
            if (i == 1000)
                time.SetClock(time.GetUtcNow() - TimeSpan.FromDays(1));
            var next = ids.Next();
            Assert.True(next > last);
            last = next;
        }
        time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(time.UnixMilliseconds, ids.Next() / 1000);
    }

    [Fact]
    public void Two_users_who_speak_at_the_same_moment_have_different_numbers()
    {
        var time = new ManualTimeProvider();
        var firsts = Enumerable.Range(0, 20).Select(_ => new MessageIds(time).Next()).ToHashSet();
        Assert.InRange(firsts.Count, 10, 20); // by chance of 1000
    }
}
