using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Outgoing;

/// <summary>Mobile push through a real server, from an app's <c>adddevice</c> to the request that a webhook gets.</summary>
public sealed class MobilePushTests : IAsyncLifetime
{
    private const long Ann = RtmWorld.FirstUser;
    private const long Ben = RtmWorld.FirstUser + 1;
    private const string Secret = "a secret of the webhook";

    private readonly string _secretFile = Path.GetTempFileName();
    private volatile string _worthless = "none";
    private LocalService _hook = null!;
    private int _requests;
    private ParleyServerProcess _process = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_secretFile, Secret + "\n");
        _hook = await StartHookAsync();
        _process = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(RtmWorld.Pid, new());
                await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 3);
            },
            new Dictionary<string, string>
            {
                ["MobilePush:Senders:0:Kind"] = "Webhook",
                ["MobilePush:Senders:0:Url"] = $"{_hook.Address}/push",
                ["MobilePush:Senders:0:KeyFile"] = _secretFile,
                ["MobilePush:Retries"] = "0",
            });
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        await _hook.DisposeAsync();
        File.Delete(_secretFile);
    }

    [Fact]
    [Covers("adddevice", "removedevice", "addoption", "setpushname")]
    public async Task The_story_of_a_user_who_comes_and_goes()
    {
        await using var ann = await LoginAsync(Ann);
        await ann.DoneAsync("setpushname", ("pushname", "Ann"));
        var ben = await LoginAsync(Ben);
        await ben.DoneAsync("adddevice", ("apptype", "android"), ("devicetoken", "token-1"));
        await ben.DoneAsync("adddevice", ("ptype", "ios"), ("dtype", "phone"), ("token", "token-2"));

        // online: a push on the connection, none on the devices
        await ann.OkAsync("sendmsg", Say.To(Ben, 1));
        await ben.ExpectMidAsync("pushmsg", 1);
        await LeaveAsync(ben, ann);
        await ann.OkAsync("sendmsg", Say.To(Ben, 2, 30, "are you there?"));
        var told = await NextAsync(2);
        Assert.Equal(["token-1", "token-2"], told.Select(body => Of(body, "token")).Order(StringComparer.Ordinal));
        Assert.All(told, body => Assert.Equal(
            ("Ann", "are you there?", "p2p", "100000", "2", "30", "100001"),
            (Of(body, "title"), Of(body, "body"), Of(body, "kind"), Of(body, "from"), Of(body, "mid"), Of(body, "mtype"), Of(body, "uid"))));

        // the hook says that a token is worthless
        _worthless = "token-1";
        await ann.OkAsync("sendmsg", Say.To(Ben, 3));
        await NextAsync(2);
        await Wait.Until(() => MetricAsync("parley_mobile_push_removed_total", 1), "the device is forgotten");
        await ann.OkAsync("sendmsg", Say.To(Ben, 4));
        Assert.Equal("token-2", Of(Assert.Single(await NextAsync(1)), "token"));

        // while the hook is away messages go on
        var port = _hook.Port;
        await _hook.DisposeAsync();
        await ann.OkAsync("sendmsg", Say.To(Ben, 5));
        await Wait.Until(() => MetricAsync("parley_mobile_push_failed_total", 1), "the notification failed");
        _hook = await StartHookAsync(port);
        await ann.OkAsync("sendmsg", Say.To(Ben, 6));
        Assert.Equal("6", Of(Assert.Single(await NextAsync(1)), "mid"));

        // muted for one type, and the device taken back
        ben = await LoginAsync(Ben);
        await ben.DoneAsync("addoption", ("type", 0), ("xid", Ann), ("mtypes", new[] { 31 }));
        await LeaveAsync(ben, ann);
        await ann.OkAsync("sendmsg", Say.To(Ben, 7, 31));
        await ann.OkAsync("sendmsg", Say.To(Ben, 8, 30));
        Assert.Equal("8", Of(Assert.Single(await NextAsync(1)), "mid"));
        ben = await LoginAsync(Ben);
        await ben.DoneAsync("removedevice", ("devicetoken", "token-2"));
        await ben.DoneAsync("adddevice", ("apptype", "watch"), ("devicetoken", "token-3"));
        await LeaveAsync(ben, ann);
        await ann.OkAsync("sendmsg", Say.To(Ben, 9, 30, new string('x', 1000)));
        var last = Assert.Single(await NextAsync(1));
        Assert.Equal(("token-3", new string('x', 199) + "…"), (Of(last, "token"), Of(last, "body")));

        Assert.Equal(8, _requests);
        Assert.DoesNotContain(_process.Output.Concat(_process.Errors), line =>
            line.Contains("token-", StringComparison.Ordinal) || line.Contains("there?", StringComparison.Ordinal));
    }

    private Task<LocalService> StartHookAsync(int port = 0) => LocalService.StartAsync(
        request => new(200, request.Text.Contains(_worthless, StringComparison.Ordinal) ? $$"""{"invalidTokens":["{{_worthless}}"]}""" : ""), port: port);

    private static string Of(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    private async Task<RtmPeer> LoginAsync(long uid)
    {
        var peer = await RtmPeer.ConnectAsync(_process.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, Profile.G1, uid);
        return peer;
    }

    /// <summary>Logs out, and waits until the server knows.</summary>
    private static async Task LeaveAsync(RtmPeer peer, RtmPeer asks)
    {
        await peer.OkAsync("bye");
        await peer.ExpectClosedAsync();
        await peer.DisposeAsync();
        await Wait.Until(
            async () => (await asks.OkAsync("getonlineusers", ("uids", new[] { Ben }))).List("uids").Length == 0, "the user is offline");
    }

    /// <summary>The next requests, each with a good signature.</summary>
    private async Task<IReadOnlyList<JsonElement>> NextAsync(int count)
    {
        var bodies = new List<JsonElement>();
        await Wait.Until(
            () =>
            {
                while (bodies.Count < count && _hook.Requests.TryDequeue(out var request))
                {
                    var hash = HMACSHA256.HashData(
                        Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{request.Headers["Parley-Timestamp"]}.{request.Text}"));
                    Assert.Equal($"v1={Convert.ToHexStringLower(hash)}", request.Headers["Parley-Signature"]);
                    bodies.Add(JsonElement.Parse(request.Body));
                    _requests++;
                }
                return bodies.Count == count;
            },
            $"{count} requests came");
        Assert.Empty(_hook.Requests);
        return bodies;
    }

    private async Task<bool> MetricAsync(string name, long value)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://{_process.Endpoints["Web"]}/metrics");
        return text.Split('\n').Any(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains("Webhook", StringComparison.Ordinal)
            && line.EndsWith($" {value}", StringComparison.Ordinal));
    }
}
