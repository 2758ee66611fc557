using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>Listening, signatures and connections through the SDK (rtm-server.md §1, §6).</summary>
public sealed class ListenSdkTests(BackEndServer server)
{
    [Fact]
    [CoversBySdk("addlisten", "removelisten", "pushmsg", "pushgroupmsg", "pushroommsg", "pushevent", "ping")]
    public async Task A_listener_is_told_of_messages_and_events()
    {
        await using var backEnd = new SdkBackEnd(server);
        var client = backEnd.Client;
        await using var ann = await backEnd.LoginAsync();
        var place = await backEnd.NewGroupAsync(ann.UserId, server.NewUser());
        await client.AddRoomMemberAsync(place, ann.UserId);
        await client.AddListenAsync([place], [place], [ann.UserId], ["login"]);
        var stream = client.ReadEventsAsync();

        var mid = server.NewMid();
        var to = server.NewUser();
        var time = (await ann.OkAsync("sendmsg", Say.To(to, mid, 30, "hi", "a"))).Int("mtime");
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(place, mid, 30, "hi"));
        await ann.OkAsync("sendroommsg", Say.ToRoom(place, mid, 30, "hi"));
        var p2p = await backEnd.ToldAsync<RtmMessageEvent>(message => message.Conversation == RtmConversationType.P2P);
        Assert.Equal((ann.UserId, to, mid, 30L, "hi", "a"), (p2p.From, p2p.Target, p2p.Mid, p2p.MessageType, p2p.Text, p2p.Attributes));
        Assert.Equal(time, p2p.Time.ToUnixTimeMilliseconds());
        Assert.Equal(place, (await backEnd.ToldAsync<RtmMessageEvent>(message => message.Conversation == RtmConversationType.Group)).Target);
        Assert.Equal(place, (await backEnd.ToldAsync<RtmMessageEvent>(message => message.Conversation == RtmConversationType.Room)).Target);

        await using var ben = await backEnd.LoginAsync();
        Assert.Equal("login", (await backEnd.ToldAsync<RtmUserEvent>(told => told.UserId == ben.UserId)).Name);
        var streamed = new List<RtmEvent>();
        await foreach (var happened in stream)
        {
            streamed.Add(happened);
            if (happened is RtmUserEvent { } login && login.UserId == ben.UserId)
                break;
        }

        Assert.Equal(3, streamed.OfType<RtmMessageEvent>().Count());

        // The gate pings every second here and would say so if it got no answer; what is no longer listened to is not told.
        await client.RemoveListenAsync([place], [place], [ann.UserId]);
        await ann.OkAsync("sendgroupmsg", Say.ToGroup(place, server.NewMid(), 30, "not told"));
        await client.AddListenAsync(userIds: [ann.UserId]);
        await ann.OkAsync("sendmsg", Say.To(to, server.NewMid(), 30, "told"));
        await backEnd.ToldAsync<RtmMessageEvent>(message => message.Text == "told");
        Assert.DoesNotContain(backEnd.Told.OfType<RtmMessageEvent>(), message => message.Text == "not told");
        Assert.True(client.IsConnected);
    }

    [Fact]
    [CoversBySdk("setlisten")]
    public async Task Listening_outlives_a_restart_of_the_server()
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var process = await RtmServer.StartAsync(BackEndServer.SeedAsync, directory: directory);
        var gate = process.Endpoints["RtmServer"];
        try
        {
            await using var client = new RtmBackendClient(new RtmBackendOptions
            {
                Endpoint = gate.ToString(),
                Pid = BackEndServer.Pid,
                Secret = BackEnd.Secret,
                ReconnectDelay = TimeSpan.FromMilliseconds(50),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
            });
            var events = client.ReadEventsAsync();
            await client.SetListenAsync(new RtmListenSettings { AllP2P = true, GroupIds = [5], Events = ["logout"] });
            await process.DisposeAsync();
            process = await ParleyServerProcess.StartAsync(new()
            {
                DataDirectory = directory,
                Settings = new Dictionary<string, string> { ["Endpoints:RtmServer"] = gate.ToString() },
            });
            await Wait.Until(() => client.IsConnected, "the client is back");
            await using var other = new RtmBackendClient(gate.ToString(), BackEndServer.Pid, BackEnd.Secret);
            var sent = await other.SendMessageAsync(1, 2, 30, "after");
            await foreach (var told in events)
            {
                Assert.Equal(sent.Mid, Assert.IsType<RtmMessageEvent>(told).Mid);
                break;
            }
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    [Fact]
    public async Task Listening_that_is_switched_off_is_refused()
    {
        await using var backEnd = new SdkBackEnd(server, BackEndServer.Deaf);
        await SdkBackEnd.FailAsync(RtmErrorCode.NotConfigured, backEnd.Client.SetListenAsync(RtmListenSettings.Everything));
        await SdkBackEnd.FailAsync(RtmErrorCode.NotConfigured, backEnd.Client.AddListenAsync([1]));
    }

    [Fact]
    public async Task Both_forms_of_the_signature_are_understood()
    {
        await using var legacy = new SdkBackEnd(server, change: options => options.LegacySign = true);
        Assert.Empty(await legacy.Client.GetFriendsAsync(1));
        await using var refused = new SdkBackEnd(server, BackEndServer.NoLegacy, options => options.LegacySign = true);
        await SdkBackEnd.FailAsync(RtmErrorCode.InvalidPidOrSign, refused.Client.GetFriendsAsync(1));
        await using var timed = new SdkBackEnd(server, BackEndServer.NoLegacy);
        Assert.Empty(await timed.Client.GetFriendsAsync(1));
        await using var wrong = new SdkBackEnd(server, change: options => options.Secret = "other");
        await SdkBackEnd.FailAsync(RtmErrorCode.InvalidPidOrSign, wrong.Client.GetFriendsAsync(1));
    }
}
