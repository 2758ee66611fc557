using System.Globalization;
using System.Net;
using Parley.Rtm.Backend;
using Parley.Server.Admin;
using Parley.Server.Settings;

namespace Parley.Server.Demo;

/// <summary>
/// One group of five who speak five protocols. A back end makes it over REST; an OpenIM client is in it from the start, since clients of
/// that protocol are brought in by others; users of RTM are brought in by RTM's back end, as that protocol has it; GoIM and beehive
/// clients join by themselves. All speak at once, each must hear the others, and all must read the same afterwards.
/// </summary>
internal sealed class DemoGathering(
    IReadOnlyDictionary<string, IPEndPoint> endpoints, ProjectAnswer project, ParleySettings settings, TimeProvider time, DemoSteps steps)
    : IAsyncDisposable
{
    private const long FirstUser = 1_000_011;
    private const string Manager = "parley-demo";

    private readonly long _group = (time.GetUtcNow().ToUnixTimeMilliseconds() * 1000) + 77;
    private readonly RtmBackendClient _rtm = new(endpoints["RtmServer"].ToString(), project.Pid, project.Secret);
    private readonly OpenImBackEnd _backEnd = new(
        "Boss", FirstUser, endpoints["OpenImApi"], settings.OpenIm.Secret is { Length: > 0 } secret ? secret : project.Secret,
        settings.OpenIm.AdminUserIds is [var manager, ..] ? manager : Manager, time);

    private readonly List<DemoParticipant> _all = [];

    /// <summary>The five, in the order of the table.</summary>
    public IReadOnlyList<DemoParticipant> All => _all;

    public IReadOnlyList<string> Names => [.. _all.Select(static one => $"{one.Name}, {one.Protocol}")];

    /// <summary>Brings the five together; the first step that fails is the last.</summary>
    public async Task<bool> GatherAsync(CancellationToken cancellationToken)
    {
        _all.Add(_backEnd);
        return await StepAsync("OpenImApi", "a back end registers its users over REST", () => RegisterAsync(cancellationToken))
            && await StepAsync("OpenImApi", "it makes a group of its own user Boss and Otto", async () =>
            {
                await _backEnd.MakeGroupAsync(_group, "Parley's demonstration", IdOf(1), cancellationToken);
                return $"group {_group}";
            })
            && await StepAsync("OpenImGateway", "Otto, an OpenIM client, logs in", async () =>
            {
                var token = await _backEnd.IssueTokenAsync(IdOf(1), OpenImParticipant.Platform, cancellationToken);
                _all.Add(await OpenImParticipant.LogInAsync(endpoints["OpenImGateway"], "Otto", FirstUser + 1, token, cancellationToken));
                return "101 Switching Protocols";
            })
            && await StepAsync("RtmClient", "Rita, an RTM app, logs in; RTM's back end adds her", () => AddRtmAsync(cancellationToken))
            && await StepAsync("GoImMessage", "Gus, a GoIM client, logs in and joins the topic", () => AddGoImAsync(cancellationToken))
            && await StepAsync("BeehiveTcp", "Bea, a beehive client, logs in and joins", () => AddBeehiveAsync(cancellationToken))
            && await steps.PlayAsync("OpenImApi", "the back end sees all five in the group", async () =>
            {
                var members = await _backEnd.ListMembersAsync(_group, cancellationToken);
                return (members.Order(StringComparer.Ordinal).SequenceEqual(_all.Select(static one => one.UserName).Order(StringComparer.Ordinal), StringComparer.Ordinal),
                    string.Join(", ", members));
            });
    }

    /// <summary>All speak at once; returns who heard whom, and the order in which each heard it.</summary>
    public async Task<(DemoMatrix Matrix, IReadOnlyList<int>[] Pushed)> SpeakAsync(CancellationToken cancellationToken)
    {
        var matrix = new DemoMatrix(Names);
        var started = time.GetTimestamp();
        var hearing = Enumerable.Range(0, _all.Count).Select(receiver => HearAsync(matrix, receiver, started, cancellationToken)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, _all.Count).Select(sender => SendAsync(matrix, sender, started, cancellationToken)));
        return (matrix, await Task.WhenAll(hearing));
    }

    /// <summary>All read what was said, each in its own way, RTM's back end first.</summary>
    public async Task<IReadOnlyList<DemoHistory>> ReadAsync(IReadOnlyList<int>[] pushed, CancellationToken cancellationToken)
    {
        var histories = new List<DemoHistory>();
        await steps.PlayAsync("RtmServer", "RTM's back end reads the history of the group", async () =>
        {
            var page = await _rtm.GetGroupMessagesAsync(
                _group, new RtmHistoryQuery { Count = 20, Descending = false }, cancellationToken: cancellationToken);
            IEnumerable<DemoHeard> read = page.Messages.Select(static one => new DemoHeard(one.From.ToString(CultureInfo.InvariantCulture), one.Text));
            histories.Add(new("RTM's back end", "getgroupmsg", [], SendersOf(read)));
            return (true, $"{histories[0].Read.Count} messages");
        });
        for (var i = 0; i < _all.Count; i++)
        {
            var (reader, came) = (_all[i], pushed[i]);
            IReadOnlyList<DemoHeard> read = [];
            await StepAsync(DoorOf(reader), $"{reader.Name} reads: {reader.HistoryWay}", async () =>
            {
                read = await reader.ReadHistoryAsync(_group, _all.Count, cancellationToken);
                return $"{read.Count} messages";
            });
            histories.Add(new($"{reader.Name}, {reader.Protocol}", reader.HistoryWay, came, SendersOf(read)));
        }
        return histories;
    }

    /// <summary>Takes the group away, so that a server that goes on has no trace of it but its users.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => StepAsync("RtmServer", "RTM's back end removes the group", async () =>
    {
        await _rtm.DeleteGroupAsync(_group, cancellationToken: cancellationToken);
        return $"delgroup {_group}";
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var participant in _all)
            await participant.DisposeAsync();
        if (_all.Count == 0)
            await _backEnd.DisposeAsync();
        await _rtm.DisposeAsync();
    }

    private async Task<string> RegisterAsync(CancellationToken cancellationToken)
    {
        string[] names = ["Boss", "Otto", "Rita", "Gus", "Bea"];
        await _backEnd.LogInAsync(cancellationToken);
        var registered = await _backEnd.RegisterAsync([.. names.Select((name, i) => (IdOf(i), name))], cancellationToken);
        return $"{registered} of {string.Join(", ", names.Select((name, i) => $"{name} {IdOf(i)}"))}";
    }

    private async Task<string> AddRtmAsync(CancellationToken cancellationToken)
    {
        var userId = FirstUser + 2;
        var token = await _rtm.GetTokenAsync(userId, cancellationToken: cancellationToken);
        _all.Add(await RtmParticipant.LogInAsync(endpoints["RtmClient"], "Rita", userId, project.Pid, token, cancellationToken));
        await _rtm.AddGroupMembersAsync(_group, [userId], cancellationToken: cancellationToken);
        return $"addgroupmembers {userId}";
    }

    private async Task<string> AddGoImAsync(CancellationToken cancellationToken)
    {
        var userId = FirstUser + 3;
        var token = await _rtm.GetTokenAsync(userId, cancellationToken: cancellationToken);
        var gus = new GoImParticipant("Gus", userId, endpoints["GoImMessage"], token);
        _all.Add(gus);
        await gus.LogInAsync(cancellationToken);
        await gus.JoinAsync(_group, cancellationToken);
        return $"send_join_topic \"{_group}\"";
    }

    private async Task<string> AddBeehiveAsync(CancellationToken cancellationToken)
    {
        var userId = FirstUser + 4;
        var token = await _rtm.GetTokenAsync(userId, cancellationToken: cancellationToken);
        var bea = new BeehiveParticipant("Bea", userId, endpoints["BeehiveHttp"], endpoints["BeehiveTcp"], token);
        _all.Add(bea);
        await bea.LogInAsync(cancellationToken);
        await bea.JoinAsync(_group, cancellationToken);
        return $"GROUP-JOIN {_group}";
    }

    private async Task SendAsync(DemoMatrix matrix, int sender, long started, CancellationToken cancellationToken)
    {
        try
        {
            await _all[sender].SendAsync(_group, TextOf(sender), cancellationToken);
            lock (matrix)
                matrix.Put(sender, sender, time.GetElapsedTime(started));
        }
        catch (Exception e) when (DemoSteps.IsTold(e))
        {
            lock (matrix)
                matrix.Spoil(sender, sender, e.Message);
        }
    }

    /// <summary>Listens until all the others were heard, or the patience ends; returns whom it heard, in this order.</summary>
    private async Task<IReadOnlyList<int>> HearAsync(DemoMatrix matrix, int receiver, long started, CancellationToken cancellationToken)
    {
        var order = new List<int>();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(DemoParticipant.Patience);
        try
        {
            while (order.Count < _all.Count - 1)
            {
                var heard = await _all[receiver].Heard.ReadAsync(deadline.Token);
                var sender = SenderOf(heard);
                if (sender < 0 || sender == receiver)
                    continue; // of another story, or one's own
                order.Add(sender);
                lock (matrix)
                {
                    if (heard.From == _all[sender].UserName)
                        matrix.Put(sender, receiver, time.GetElapsedTime(started));
                    else
                        matrix.Spoil(sender, receiver, $"from {heard.From}");
                }
            }
        }
        catch (Exception e) when (e is System.Threading.Channels.ChannelClosedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // what was not heard is missing
        }
        return order;
    }

    private async Task<bool> StepAsync(string door, string what, Func<Task<string>> step) =>
        await steps.PlayAsync(door, what, async () => (true, await step()));

    /// <summary>The senders of those messages that are ours, with the right sender.</summary>
    private List<int> SendersOf(IEnumerable<DemoHeard> messages) =>
        [.. messages.Select(one => (Heard: one, Sender: SenderOf(one))).Where(one => one.Sender >= 0 && one.Heard.From == _all[one.Sender].UserName).Select(static one => one.Sender)];

    private int SenderOf(DemoHeard heard) => _all.FindIndex(one => heard.Text == TextOf(_all.IndexOf(one)));

    private string TextOf(int sender) => $"Hello from {_all[sender].Name} by {_all[sender].Protocol} in {_group}";

    private static string IdOf(int index) => (FirstUser + index).ToString(CultureInfo.InvariantCulture);

    private static string DoorOf(DemoParticipant participant) => participant switch
    {
        OpenImBackEnd => "OpenImApi",
        OpenImParticipant => "OpenImGateway",
        RtmParticipant => "RtmClient",
        GoImParticipant => "GoImMessage",
        _ => "BeehiveTcp",
    };
}
