using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Pushes that are not answered (rtm-server.md §6.4), on a server that waits for one second only.</summary>
public sealed class ListenReceiptTests(BackEndServer patient) : IAsyncLifetime
{
    private const long From = 4;

    private ParleyServerProcess? _process;
    private long _mids = 1_556_446_799_000_000;

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(
        seed => seed.ProjectAsync(BackEndServer.Pid, new()), new Dictionary<string, string> { ["Rtm:PushSeconds"] = "1" });

    public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);

    [Fact]
    [CoversServer("pushmsg")]
    public async Task A_push_without_an_answer_is_repeated_once_the_same()
    {
        await using var listener = await ListenAsync();
        await using var sender = await ConnectAsync();
        foreach (var _ in new[] { 1, 2 })
        {
            var mid = await SendAsync(sender);
            var first = await listener.Peer.NextAsync("pushmsg");
            Assert.Equal(mid, first.Body.Int("mid"));
            // no third one of the first message comes before the second one of the second
            Assert.Equal(Hex.Text(first.Bytes), Hex.Text((await listener.Peer.NextAsync("pushmsg")).Bytes));
        }
    }

    /// <summary>With the usual ten seconds, so that a machine that stands still for a while does not make answers late.</summary>
    [Fact]
    [CoversServer("pushmsg")]
    public async Task An_answered_push_is_not_repeated_be_the_answer_an_error()
    {
        await using var listener = await patient.ConnectAsync();
        await using var sender = await patient.ConnectAsync();
        var from = patient.NewUser();
        listener.Peer.Answers = false;
        await listener.DoneAsync("setlisten", ("uids", new[] { from }));
        long mid = 0;
        foreach (var status in new byte?[] { 0, 1, null }) // 1: 20004, no monitor set
        {
            mid = patient.NewMid();
            await sender.OkAsync("sendmsg", [("from", from), .. Say.To(patient.NewUser(), mid)]);
            var push = await listener.Peer.NextAsync("pushmsg");
            Assert.Equal(mid, push.Body.Int("mid"));
            if (status is { } answer)
                await listener.Peer.AnswerAsync(push, answer);
        }
        // the last one, which was not answered, is repeated, and the others were not before
        await listener.Peer.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    [CoversServer("pushevent")]
    public async Task An_event_without_an_answer_is_repeated_too()
    {
        await using var listener = await ListenAsync();
        await using var user = await RtmPeer.ConnectAsync(_process!.Endpoints["RtmClient"]);
        var token = (await listener.OkAsync("gettoken", ("uid", 9))).Text("token");
        await user.OkAsync("auth", RtmServer.AuthOf(Profile.G1, 9, BackEndServer.Pid).With("token", token));
        var first = await listener.Peer.NextAsync("pushevent");
        Assert.Equal(Hex.Text(first.Bytes), Hex.Text((await listener.Peer.NextAsync("pushevent")).Bytes));
    }

    private Task<BackEnd> ConnectAsync() => BackEnd.ConnectAsync(_process!.Endpoints["RtmServer"], BackEndServer.Pid);

    private async Task<BackEnd> ListenAsync()
    {
        var listener = await ConnectAsync();
        listener.Peer.Answers = false;
        await listener.DoneAsync("setlisten", ("uids", new[] { From }), ("ev", true));
        return listener;
    }

    private async Task<long> SendAsync(BackEnd sender)
    {
        var mid = Interlocked.Increment(ref _mids);
        await sender.OkAsync("sendmsg", [("from", From), .. Say.To(5, mid)]);
        return mid;
    }
}
