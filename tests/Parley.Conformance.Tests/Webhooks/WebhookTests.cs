using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;
using Parley.Testing;

namespace Parley.Conformance.Tests.Webhooks;

/// <summary>Webhooks through a server process (docs/webhooks.md; rtm-server.md §6 by HTTP).</summary>
public sealed class WebhookTests
{
    private const long Pid = RtmWorld.Pid;
    private const long Admin = 77;
    private const long Ann = RtmWorld.FirstUser;
    private const long Ben = RtmWorld.FirstUser + 1;
    private const long Group = 30_000;
    private const long OtherGroup = 30_001;
    private const string Body = "bo-dy of a message";

    [Fact]
    public async Task A_new_webhook_tells_of_what_is_said_from_then_on_and_a_restart_goes_on()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var server = await StartAsync(receiver, 0, ("AllPeers", "true"), ("AllGroups", "true"), ("AllRooms", "true"));
        try
        {
            await using (var ann = await LoginAsync(server, Ann))
            {
                await ann.OkAsync("sendmsg", Say.To(Ben, 11, msg: Body, attrs: "{}"));
                await ann.OkAsync("sendgroupmsg", Say.ToGroup(Group, 12, mtype: 30, msg: Body));
                await ann.DoneAsync("enterroom", ("rid", 5));
                await ann.OkAsync("sendroommsg", Say.ToRoom(5, 13, msg: Body));
            }
            var first = await receiver.NextAsync(); // what was said before the first start is not told
            Assert.Equal(
                (Ann, Ben, 11L, 1L, Body, "{}", 8), (first.Number("from"), first.Number("to"), first.Mid, first.Sequence, first.Text("msg"), first.Text("attrs"),
                first.Json.GetProperty("mtype").GetInt32()));
            var second = await receiver.NextAsync();
            Assert.Equal((Ann, Group, 12L, 30), (second.Number("from"), second.Number("gid"), second.Mid, second.Json.GetProperty("mtype").GetInt32()));
            var third = await receiver.NextAsync();
            Assert.Equal((Ann, 5L, 13L, Body), (third.Number("from"), third.Number("rid"), third.Mid, third.Text("msg")));
            Assert.True(first.Number("id") < second.Number("id") && second.Number("id") < third.Number("id"));
            Assert.InRange(third.Json.GetProperty("mtime").GetInt64(), 1_600_000_000_000, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            await UntilIdleAsync(server);
            Assert.Equal(0, await server.TerminateAsync());
            await server.RestartAsync();
            await using (var ann = await LoginAsync(server, Ann))
                await ann.OkAsync("sendmsg", Say.To(Ben, 14, msg: Body));
            Assert.Equal(14, (await receiver.NextAsync()).Mid);
            Assert.False(receiver.HasMore);
            AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task What_back_ends_send_is_told_and_broadcasts_are_not_and_filters_choose()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var others = await WebhookReceiver.StartAsync();
        var server = await StartAsync(
            receiver, 0, Settings(others, 1, ("AllRooms", "true")), ("Groups:0", $"{OtherGroup}"), ("Users:0", $"{Ben}"));
        try
        {
            await using var ann = await LoginAsync(server, Ann);
            await ann.DoneAsync("enterroom", ("rid", 5));
            await using var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], Pid);
            await backEnd.OkAsync("sendmsg", [("from", Ann), .. Say.To(Ann + 5, 1)]); // not of Ben
            await backEnd.OkAsync("sendgroupmsg", [("from", Ann), .. Say.ToGroup(Group, 2)]); // not this group
            await backEnd.OkAsync("sendroommsg", [("from", Ann), .. Say.ToRoom(5, 3)]);
            await backEnd.OkAsync("broadcastmsg", ("from", Admin), ("mid", 4), ("mtype", 8), ("msg", Body), ("attrs", ""));
            await backEnd.OkAsync("sendmsg", [("from", Ann), .. Say.To(Ben, 5)]);
            await backEnd.OkAsync("sendmsg", [("from", Ben), .. Say.To(Ann + 5, 6)]);
            await backEnd.OkAsync("sendgroupmsg", [("from", Ann), .. Say.ToGroup(OtherGroup, 7)]);
            foreach (var mid in new[] { 5L, 6, 7 })
                Assert.Equal(mid, (await receiver.NextAsync()).Mid);
            Assert.Equal(3, (await others.NextAsync()).Mid);
            await UntilIdleAsync(server);
            Assert.False(receiver.HasMore || others.HasMore);
            AssertDiscreet(server, receiver, others);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task Events_are_told_in_order()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var server = await StartAsync(receiver, 0, ("Events:0", "login"), ("Events:1", "logout"));
        try
        {
            var numbers = new List<long>();
            for (var i = 0; i < 2; i++)
            {
                await using var ann = await LoginAsync(server, Ann);
                await ann.OkAsync("sendmsg", Say.To(Ben, 1 + i)); // not asked for
                await ann.OkAsync("bye");
                // a session ends after its last answer: the next login waits until that was told
                foreach (var name in new[] { "login", "logout" })
                {
                    var told = await receiver.NextAsync();
                    Assert.Equal(("event", name, Ann, "RtmClient"), (told.Kind, told.Text("event"), told.Number("uid"), told.Text("door")));
                    Assert.StartsWith("e", told.Id, StringComparison.Ordinal);
                    numbers.Add(long.Parse(told.Id.AsSpan(1)));
                }
            }
            Assert.Equal(numbers.Order().Distinct(), numbers);
            AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task A_receiver_that_refuses_hangs_or_is_not_there_is_asked_again_in_order()
    {
        await using var receiver = WebhookReceiver.Closed();
        int[] answers = [500, -1, 302, 404, 503];
        receiver.Answer = number => number <= answers.Length ? answers[number - 1] : 204;
        var server = await StartAsync(receiver, 0, ("AllPeers", "true"), ("BatchSize", "2"), ("TimeoutSeconds", "5"));
        try
        {
            await using var ann = await LoginAsync(server, Ann);
            for (var mid = 1; mid <= 5; mid++)
                await ann.OkAsync("sendmsg", Say.To(Ben, mid, msg: Body));
            await server.WaitForLineAsync(static line => line.Contains("an attempt failed (ConnectionError)", StringComparison.Ordinal));
            await receiver.OpenAsync();
            for (var mid = 1; mid <= 5; mid++)
                Assert.Equal((mid, mid), ((await receiver.NextAsync()).Mid, receiver.All[mid - 1].Sequence));
            Assert.InRange(receiver.Requests, answers.Length + 3, answers.Length + 5);
            await UntilIdleAsync(server);
            Assert.False(receiver.HasMore);
            var metrics = await MetricsAsync(server);
            Assert.Contains("parley_webhook_delivered_total{webhook=\"hook0\"} 5", metrics, StringComparison.Ordinal);
            Assert.Contains("parley_webhook_lag{webhook=\"hook0\"} 0", metrics, StringComparison.Ordinal);
            Assert.Contains("parley_webhook_failures_total{webhook=\"hook0\"} ", metrics, StringComparison.Ordinal);
            AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task After_the_limit_a_message_is_a_dead_letter_until_it_is_sent_again_by_hand()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static number => number <= 3 ? 500 : 200;
        var server = await StartAsync(receiver, 0, ("AllPeers", "true"), ("BatchSize", "1"), ("MaxAttempts", "3"));
        try
        {
            await using var ann = await LoginAsync(server, Ann);
            await ann.OkAsync("sendmsg", Say.To(Ben, 1, msg: Body));
            await ann.OkAsync("sendmsg", Say.To(Ben, 2, msg: Body));
            Assert.Equal(2, (await receiver.NextAsync()).Mid);
            await UntilIdleAsync(server);
            var row = (await RunAsync(server, "webhook", "list")).Split('\n')[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            Assert.Equal(["hook0", $"{Pid}", "Idle", "0", "1", "status 500"], row.Where((_, column) => column != 3));
            Assert.Matches(@"^  Id +Attempts  Given up +Sent again  Reason\n  \d+ +3 +20\S+Z  no +status 500\n$", await RunAsync(server, "webhook", "dead", "hook0"));
            Assert.Equal("1 dead letters are sent again\n", await RunAsync(server, "webhook", "retry", "hook0"));
            var again = await receiver.NextAsync();
            Assert.Equal((1L, 1L, true, Body), (again.Mid, again.Sequence, again.IsRedelivery, again.Text("msg")));
            await Wait.Until(async () => (await RunAsync(server, "webhook", "dead", "hook0")).Count(static c => c == '\n') == 1, "the letter leaves the list");
            var run = await ParleyServerProcess.CommandAsync(["webhook", "retry", "nobody", "--data", server.DataDirectory]);
            Assert.Equal((1, "parley: there is no webhook 'nobody' in the settings\n"), (run.ExitCode, run.Errors));
            Assert.Contains("parley_webhook_dead_letters_total{webhook=\"hook0\"} 1", await MetricsAsync(server), StringComparison.Ordinal);
            AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task A_receiver_that_is_gone_pauses_its_webhook_until_it_is_asked_for()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = static number => number == 1 ? 410 : 200;
        var server = await StartAsync(receiver, 0, ("AllPeers", "true"));
        try
        {
            await using var ann = await LoginAsync(server, Ann);
            await ann.OkAsync("sendmsg", Say.To(Ben, 1, msg: Body));
            await server.WaitForLineAsync(static line => line.Contains("Webhook hook0 is paused", StringComparison.Ordinal));
            await ann.OkAsync("sendmsg", Say.To(Ben, 2, msg: Body));
            Assert.Contains("Paused", await RunAsync(server, "webhook", "list"), StringComparison.Ordinal);
            Assert.Equal(1, receiver.Requests);
            Assert.Equal("0 dead letters are sent again\n", await RunAsync(server, "webhook", "retry", "hook0"));
            Assert.Equal(1, (await receiver.NextAsync()).Mid);
            Assert.Equal(2, (await receiver.NextAsync()).Mid);
            Assert.Single(server.Output, static line => line.Contains("is paused", StringComparison.Ordinal));
            AssertDiscreet(server, receiver);
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task A_webhook_of_a_project_that_is_not_there_ends_the_start()
    {
        var directory = Directory.CreateTempSubdirectory("parley-").FullName;
        try
        {
            var settings = new Dictionary<string, string>(Settings(WebhookReceiver.Closed(), 0, ("AllPeers", "true"))) { ["Webhooks:0:ProjectId"] = "9" };
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(
                () => ParleyServerProcess.StartAsync(new() { DataDirectory = directory, Settings = settings }));
            Assert.Contains(
                "parley ended with 2: parley: Parley:Webhooks:0:ProjectId must be a project that is there; there is no project 9", failure.Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The settings of one webhook that does not wait long.</summary>
    internal static Dictionary<string, string> Settings(WebhookReceiver receiver, int number, params (string Key, string Value)[] more)
    {
        var all = new Dictionary<string, string>
        {
            [$"Webhooks:{number}:Name"] = $"hook{number}",
            [$"Webhooks:{number}:ProjectId"] = $"{Pid}",
            [$"Webhooks:{number}:Url"] = receiver.Url,
            [$"Webhooks:{number}:Secret"] = WebhookReceiver.Secret,
            [$"Webhooks:{number}:FirstRetryMilliseconds"] = "20",
            [$"Webhooks:{number}:LongestRetrySeconds"] = "1",
            [$"Webhooks:{number}:TimeoutSeconds"] = "30",
        };
        foreach (var (key, value) in more)
            all[$"Webhooks:{number}:{key}"] = value;
        return all;
    }

    /// <summary>Nothing was wrong with the requests, and the log keeps its secrets even when it tells everything.</summary>
    internal static void AssertDiscreet(ParleyServerProcess server, params WebhookReceiver[] receivers)
    {
        Assert.All(receivers, receiver => Assert.Empty(receiver.Faults));
        foreach (var line in server.Output.Concat(server.Errors))
        {
            Assert.DoesNotContain(WebhookReceiver.Secret, line, StringComparison.Ordinal);
            Assert.DoesNotContain(WebhookReceiver.PathToken, line, StringComparison.Ordinal);
            Assert.DoesNotContain(Body, line, StringComparison.Ordinal);
        }
    }

    private static Task<ParleyServerProcess> StartAsync(WebhookReceiver receiver, int number, params (string Key, string Value)[] more) =>
        StartAsync(receiver, number, [], more);

    private static Task<ParleyServerProcess> StartAsync(
        WebhookReceiver receiver, int number, Dictionary<string, string> others, params (string Key, string Value)[] more)
    {
        var settings = Settings(receiver, number, more);
        foreach (var (key, value) in others)
            settings[key] = value;
        settings["Log:Level"] = "Trace";
        return RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(Pid, new() { UserCallsPerSecond = 0 }, Admin);
                await seed.TokensAsync(Pid, Ann, 2);
                await seed.GroupAsync(Pid, Group, Ann, Ben);
                await seed.GroupAsync(Pid, OtherGroup, Ann, Ben);
                await seed.MessagesAsync(new Message
                {
                    Conversation = ConversationKey.Room(Pid, 99),
                    Sender = Ann,
                    MessageId = 999,
                    Type = 8,
                });
            },
            settings);
    }

    private static async Task<RtmPeer> LoginAsync(ParleyServerProcess server, long uid)
    {
        var peer = await RtmPeer.ConnectAsync(server.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, Profile.G1, uid);
        return peer;
    }

    private static async Task<string> RunAsync(ParleyServerProcess server, params string[] arguments)
    {
        var run = await ParleyServerProcess.CommandAsync([.. arguments, "--data", server.DataDirectory]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Output;
    }

    private static Task UntilIdleAsync(ParleyServerProcess server) => Wait.Until(
        async () =>
        {
            var rows = (await RunAsync(server, "webhook", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);
            return rows.All(static row => row.Contains("Idle", StringComparison.Ordinal));
        },
        "all webhooks are idle");

    private static async Task<string> MetricsAsync(ParleyServerProcess server)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{server.Endpoints["Web"]}/metrics"));
    }
}
