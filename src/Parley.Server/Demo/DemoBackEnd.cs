using System.Net;
using System.Text;
using Parley.Rtm;
using Parley.Rtm.Backend;
using Parley.Server.Admin;

namespace Parley.Server.Demo;

/// <summary>
/// The business back end of the demonstration: it makes a group, issues tokens, sends, bans and recalls. A second one listens, since
/// nobody is told of what he sent himself.
/// </summary>
internal sealed class DemoBackEnd(IPEndPoint gate, ProjectAnswer project, DemoSteps steps) : IAsyncDisposable
{
    private const string Door = "RtmServer";
    private const long Group = 1_000_077;
    private const string Greeting = "Welcome to the group";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RtmBackendClient _backEnd = new(gate.ToString(), project.Pid, project.Secret);
    private readonly RtmBackendClient _listener = new(gate.ToString(), project.Pid, project.Secret);
    private long _greeting;

    /// <summary>Issues a login token, as a back end does for its users.</summary>
    public Task<string> IssueTokenAsync(long user, CancellationToken cancellationToken) =>
        _backEnd.GetTokenAsync(user, cancellationToken: cancellationToken);

    /// <summary>Makes the group, and listens to it.</summary>
    public async Task<bool> PrepareAsync(long ann, long bob, CancellationToken cancellationToken) =>
        await steps.PlayAsync(Door, "a back end makes a group of Ann and Bob", async () =>
        {
            if (await _backEnd.GetGroupMembersAsync(Group, cancellationToken: cancellationToken) is { Count: > 0 })
                return (false, $"there is a group {Group} already");
            await _backEnd.AddGroupMembersAsync(Group, [ann, bob], cancellationToken: cancellationToken);
            var members = await _backEnd.GetGroupMembersAsync(Group, cancellationToken: cancellationToken);
            return (members.Count == 2, $"getgroupmembers {string.Join(", ", members.Order())}");
        })
        && await steps.PlayAsync(Door, "another one listens to the group", async () =>
        {
            await _listener.AddListenAsync(groupIds: [Group], cancellationToken: cancellationToken);
            return (_listener.Listening.GroupIds.Contains(Group), $"addlisten {Group}");
        });

    /// <summary>Sends to the group as Ann: Bob and the listener hear it.</summary>
    public Task<bool> SendAsync(long ann, DemoClient bob, CancellationToken cancellationToken) =>
        steps.PlayAsync(Door, "the back end writes to the group for Ann, Bob and the listener hear it", async () =>
        {
            var heard = _listener.ReadEventsAsync(cancellationToken);
            var sent = await _backEnd.SendGroupMessageAsync(ann, Group, RtmMessageType.Text, Greeting, cancellationToken: cancellationToken);
            _greeting = sent.Mid;
            var text = await bob.WaitForAsync("pushgroupmsg", cancellationToken);
            var told = await FirstAsync(heard, cancellationToken);
            var isGood = text == Greeting && told is RtmMessageEvent message && message.Mid == sent.Mid;
            return (isGood, $"pushgroupmsg \"{text}\"");
        });

    /// <summary>Sends a file to the group as Ann: Bob is told where it is, and it is there.</summary>
    public Task<bool> SendFileAsync(long ann, DemoClient bob, CancellationToken cancellationToken) =>
        steps.PlayAsync("RtmFile", "the back end sends a file to the group, Bob downloads it", async () =>
        {
            var content = Encoding.UTF8.GetBytes("This file came with the demonstration.\n");
            await _backEnd.SendGroupFileAsync(ann, Group, new RtmFile(content, "demo.txt"), cancellationToken: cancellationToken);
            var address = await bob.WaitForAsync("pushgroupmsg", cancellationToken);
            using var http = new HttpClient { Timeout = Patience };
            var downloaded = await http.GetByteArrayAsync(new Uri(address), cancellationToken);
            return (downloaded.AsSpan().SequenceEqual(content), $"GET {address}");
        });

    /// <summary>Bans Ann in the group, lifts the ban, recalls what was sent.</summary>
    public async Task<bool> ModerateAsync(long ann, CancellationToken cancellationToken) =>
        await steps.PlayAsync(Door, "the back end bans Ann, who must not speak then, and lifts the ban", async () =>
        {
            await _backEnd.AddGroupBanAsync(Group, ann, TimeSpan.FromMinutes(1), cancellationToken: cancellationToken);
            var code = await RefusalAsync(ann, cancellationToken);
            await _backEnd.RemoveGroupBanAsync(Group, ann, cancellationToken: cancellationToken);
            return (code == RtmErrorCode.BannedInGroup, $"code {code}");
        })
        && await steps.PlayAsync(Door, "the back end recalls the message, history shows it", async () =>
        {
            await _backEnd.DeleteMessageAsync(_greeting, ann, Group, RtmConversationType.Group, cancellationToken: cancellationToken);
            var page = await _backEnd.GetGroupMessagesAsync(Group, new RtmHistoryQuery { Count = 2 }, cancellationToken: cancellationToken);
            var isRecalled = page.Messages.Any(message => message.Mid == _greeting && message.IsDeleted);
            await _backEnd.DeleteGroupAsync(Group, cancellationToken: cancellationToken);
            return (isRecalled, isRecalled ? "getgroupmsg deleted" : "it is still there");
        });

    public async ValueTask DisposeAsync()
    {
        await _backEnd.DisposeAsync();
        await _listener.DisposeAsync();
    }

    private static async Task<RtmEvent?> FirstAsync(IAsyncEnumerable<RtmEvent> events, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await foreach (var happened in events.WithCancellation(both.Token))
                return happened;
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException("the listener was not told", error);
        }

        return null;
    }

    private async Task<int> RefusalAsync(long ann, CancellationToken cancellationToken)
    {
        try
        {
            await _backEnd.SendGroupMessageAsync(ann, Group, RtmMessageType.Text, "Hello?", cancellationToken: cancellationToken);
            return 0;
        }
        catch (RtmException error) when (error is not (RtmTimeoutException or RtmConnectionException))
        {
            return error.Code;
        }
    }
}
