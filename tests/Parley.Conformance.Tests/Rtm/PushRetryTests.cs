using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>Pushes without receipts (rtm-client.md §1.7, §1.8).</summary>
public sealed class PushRetryTests(ImpatientServer impatient, RtmServer server)
{
    [Fact]
    [Covers("pushmsg", "pushunread")]
    public async Task A_push_without_receipt_is_pushed_once_more_the_same_and_then_stays_unread()
    {
        await using var ann = await impatient.LoginAsync();
        await using var ben = await impatient.LoginAsync();
        ben.Answers = false;
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        var first = await ben.NextAsync("pushmsg");
        var second = await ben.NextAsync("pushmsg");
        Assert.Equal(Hex.Text(first.Bytes), Hex.Text(second.Bytes));
        // life goes on without a third one
        var pings = ben.Pings;
        await Wait.Until(
            async () =>
            {
                await ben.DoneAsync("ping");
                return ben.Pings >= pings + 4;
            },
            "four more pings");
        Assert.Equal([ann.UserId], (await ben.OkAsync("pushunread")).Ints("p2p"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 8));
        await ben.ExpectMidAsync("pushmsg", 8);
        // across a new login the mark is still there
        await using var again = await RtmPeer.ConnectAsync(impatient.Gate);
        await again.OkAsync("auth", RtmServer.AuthOf(Profile.G1, ben.UserId).With("unread", true));
        Assert.Equal([ann.UserId], (await again.NextBodyAsync("pushunread")).Ints("p2p"));
    }

    /// <summary>With the usual ten seconds, so that a machine that stands still for a while does not make receipts late.</summary>
    [Fact]
    [Covers("pushmsg", "pushunread")]
    public async Task A_push_with_a_receipt_is_not_pushed_again_and_a_receipt_for_a_second_push_counts()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        ben.Answers = false;
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 7));
        await ben.AnswerAsync(await ben.NextAsync("pushmsg"));
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, 8));
        await ben.ExpectMidAsync("pushmsg", 8);
        // the older one would have come again before the younger one does
        var second = await ben.NextAsync("pushmsg");
        Assert.Equal(8, second.Body.Int("mid"));
        Assert.Equal([ann.UserId], (await ben.OkAsync("pushunread")).Ints("p2p"));
        await ben.AnswerAsync(second);
        Assert.Empty((await ben.OkAsync("pushunread")).List("p2p"));
    }
}
