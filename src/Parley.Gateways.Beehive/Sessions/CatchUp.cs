using Parley.Core.Messaging;
using Parley.Core.Pending;
using Parley.Core.Sessions;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Messages;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>
/// What SYNC sends a session: the private messages of its user that nobody has acknowledged, oldest first, then what was said in groups
/// since the session was here, then friend requests (beehive.md §9.9, §10.2, §10.3).
/// </summary>
internal sealed class CatchUp(BeehiveHost host, BeehiveSession session)
{
    private const int Chunk = 100;

    private readonly long _oldest = host.Settings.PendingDays == 0
        ? 0 : host.Time.GetUtcNow().AddDays(-host.Settings.PendingDays).ToUnixTimeMilliseconds();

    /// <summary>Sends everything, as fast as the client reads.</summary>
    public async Task RunAsync()
    {
        var installations = host.Core.Installations;
        var marks = await installations.GetMarksAsync(session.Project, session.SessionId, CancellationToken.None);
        var startedAt = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var pending = await host.Core.Pending.GetAsync(session.Project.Id, session.UserId, CancellationToken.None);
        var reached = await SendPrivateAsync(pending, marks);
        await SendGroupsAsync(pending, marks, startedAt);
        foreach (var request in await host.Core.FriendRequests.GetForAsync(session.Project, session.UserId, CancellationToken.None))
        {
            if (request.Time > marks.Oldest.TimeMs)
                session.OnFriendRequest(request);
        }
        await session.WaitForRoomAsync();
        if (session.IsOver)
            return; // what did not reach the client does not count
        // what was sent three times and never acknowledged is not sent to this session again
        await installations.SetMarksAsync(session.Project, session.Installation, marks.Then(reached, startedAt), CancellationToken.None);
    }

    /// <summary>Sends the newest of what is pending; gives the place in the log that was reached.</summary>
    private async Task<long> SendPrivateAsync(IReadOnlyList<PendingConversation> pending, CatchUpMarks marks)
    {
        var conversations = pending.Where(static one => one.Conversation.Kind == ConversationKind.PeerToPeer).ToList();
        var most = host.Settings.PendingMessages;
        var after = marks.Oldest.Position;
        if (conversations.Sum(static one => one.Head - one.Floor) > most)
            after = Math.Max(after, await FindCutAsync(conversations, after, most));
        var reached = marks.Newest.Position;
        await foreach (var message in PendingMerge.ReadAsync(SourcesOf(conversations, after)))
        {
            session.Send(message);
            reached = Math.Max(reached, message.Position);
            await session.WaitForRoomAsync();
            if (session.IsOver)
                break;
        }
        return reached;
    }

    /// <summary>The place in the log after which no more than so many messages are pending.</summary>
    private async Task<long> FindCutAsync(List<PendingConversation> conversations, long after, int most)
    {
        var newest = new Queue<long>(most + 1);
        await foreach (var message in PendingMerge.ReadAsync(SourcesOf(conversations, after)))
        {
            newest.Enqueue(message.Position);
            if (newest.Count > most)
                after = newest.Dequeue();
        }
        return after;
    }

    private List<PendingSource> SourcesOf(List<PendingConversation> conversations, long after)
    {
        // a conversation is not read from further back than the newest messages of it could lie
        var reach = 4L * host.Settings.PendingMessages;
        return [.. conversations.Select(one => new PendingSource(
            host.Core, one.Conversation, Math.Max(one.Floor, one.Head - reach), one.Head, one.Ahead, message => IsPending(message, after),
            Math.Clamp(2 * Chunk / conversations.Count, 1, Chunk)))];
    }

    private bool IsPending(Message message, long after) =>
        !message.IsDeleted && message.Position > after && message.Time >= _oldest
        && (message.Sender != session.UserId || message.Conversation.First == message.Conversation.Second);

    /// <summary>Sends what the user's groups said while the session was away and the user was a member, of each the newest.</summary>
    private async Task SendGroupsAsync(IReadOnlyList<PendingConversation> pending, CatchUpMarks marks, long until)
    {
        var since = Math.Max(marks.LeftAtMs, marks.Newest.TimeMs);
        var most = host.Settings.PendingGroupMessages;
        if (since == 0 || most == 0)
            return;
        foreach (var group in pending.Where(static one => one.Conversation.Kind == ConversationKind.Group))
        {
            var missed = await host.Core.History.GetWindowAsync(
                new() { Conversation = group.Conversation, Begin = since, End = Math.Min(until, session.OpenedAtMs), Take = most, Descending = true },
                CancellationToken.None);
            foreach (var message in missed.Reverse())
            {
                if (!message.IsDeleted && message.Sequence > group.Floor && !WasSentHere(message))
                    session.Send(message);
                await session.WaitForRoomAsync();
                if (session.IsOver)
                    return;
            }
        }
    }

    private bool WasSentHere(Message message) => message.Sender == session.UserId
        && BeehiveEnvelope.TryRead(message.Envelope, out var envelope) && envelope.SessionId == session.SessionId;
}
